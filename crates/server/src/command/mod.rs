//! The sub-commands. Those that need the facts are requests, done by this process or by the server that holds the folder.

mod backup;
mod guard;
mod phrases;
mod report;
mod restore;
mod search;
mod shop;
mod words;

pub(crate) use guard::Words as GuardWords;
pub(crate) use search::Words as SearchWords;
pub(crate) use shop::Words as ShopWords;

use crate::args::{Args, Check, Command, Export, Format, House as Words, Import, Report};
use crate::{demo, doctor, local, open, print, serve};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use yingke_app::House;
use yingke_app::intake::{ChatImport, GoodsImport, OrderImport, import_chats, import_goods, import_orders};
use yingke_app::metric::{Query, performance};
use yingke_domain::metric::By;
use yingke_domain::policy::Policy;
use yingke_kernel::Stamp;
use yingke_store::backup::OnProgress;

/// A command on the facts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// `import chats`.
    Chats {
        /// Name to show, and where the bytes are.
        files: Vec<(String, PathBuf)>,
        shop: Option<String>,
        channel: Option<String>,
        accounts: Vec<String>,
        dry_run: bool,
    },
    /// `import orders`.
    Orders {
        /// Name to show, and where the bytes are.
        files: Vec<(String, PathBuf)>,
        shop: Option<String>,
        dry_run: bool,
    },
    /// `import goods`.
    Goods {
        /// Name to show, and where the bytes are.
        files: Vec<(String, PathBuf)>,
        shop: Option<String>,
        dry_run: bool,
    },
    /// `import phrases`.
    Phrases(phrases::Intake),
    /// `import phrases --stock`.
    PhraseStock { shop: Option<String>, dry_run: bool },
    /// `export phrases`.
    PhraseExport {
        shop: Option<String>,
        person: Option<String>,
    },
    /// `import words`.
    Words(words::Intake),
    /// `export words`.
    WordExport { shop: Option<String> },
    /// `report performance`.
    Performance {
        from: String,
        to: String,
        by: String,
        as_of: Option<String>,
    },
    /// `search`.
    Search(SearchWords),
    /// `shop`.
    Shop(ShopWords),
    /// `link`.
    Link { login: Option<String> },
    /// `backup`.
    Backup {
        /// Full path.
        to: Option<PathBuf>,
        keep: Option<u64>,
    },
    /// `doctor`, what only the server sees.
    Doctor,
    /// `recover-owner`.
    RecoverOwner {
        login: Option<String>,
        without_totp: bool,
    },
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// One document.
    pub(crate) data: Value,
    /// Exit code: 0 done, 1 done with refusals, 2 not done.
    pub(crate) code: u8,
    /// Why not, for people.
    pub(crate) error: Option<String>,
}

impl Answer {
    pub(crate) fn failed(error: impl Into<String>) -> Self {
        Self {
            data: Value::Null,
            code: 2,
            error: Some(error.into()),
        }
    }
    pub(crate) fn done(data: Value, refusals: bool) -> Self {
        Self {
            data,
            code: u8::from(refusals),
            error: None,
        }
    }
}

/// Runs what the command line says.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    match args.command {
        Command::Serve(words) => serve::run(words),
        Command::Demo(words) => demo::run(words),
        Command::DefaultConfig => {
            std::io::stdout().write_all(Policy::default_text().as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Check(Check::Policy { file, format }) => check_policy(&file, format),
        Command::Guard(words) => guard::run(&words),
        Command::Migrate { house, dry_run } => migrate(&house, dry_run),
        Command::Backup {
            house,
            to,
            keep,
            format,
        } => backup::run(&house, to, keep, format),
        Command::Restore {
            file,
            house,
            replace,
            format,
        } => restore::run(&house, &file, replace, format),
        Command::Doctor {
            house,
            url,
            trust,
            format,
        } => doctor::run(&house, url.as_deref(), trust.as_deref(), format),
        Command::RecoverOwner {
            house,
            login,
            without_totp,
        } => on_facts(
            &house,
            &Request::RecoverOwner { login, without_totp },
            Format::Table,
        ),
        Command::Link { house, login } => on_facts(&house, &Request::Link { login }, Format::Table),
        Command::Search { house, words, format } => on_facts(&house, &Request::Search(words), format),
        Command::Shop { house, shop, format } => on_facts(&house, &Request::Shop(shop), format),
        Command::Import(Import::Orders {
            layouts: true,
            format,
            ..
        }) => {
            let mut layouts = json!(yingke_sheets::orders::layouts());
            if format == Format::Table {
                // Dozens of columns do not fit a terminal; json and csv name them all.
                for layout in layouts
                    .as_array_mut()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_object_mut)
                {
                    layout.remove("required");
                    let columns = layout
                        .get("columns")
                        .and_then(Value::as_array)
                        .map_or(0, Vec::len);
                    layout.insert("columns".to_owned(), json!(columns));
                }
            }
            print::document(&layouts, format)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Import(Import::Chats {
            house,
            files,
            shop,
            channel,
            account,
            dry_run,
            format,
        }) => {
            let (files, _kept) = sources(files)?;
            on_facts(
                &house,
                &Request::Chats {
                    files,
                    shop,
                    channel,
                    accounts: account,
                    dry_run,
                },
                format,
            )
        }
        Command::Import(Import::Orders {
            house,
            files,
            shop,
            dry_run,
            format,
            ..
        }) => {
            let (files, _kept) = sources(files)?;
            on_facts(&house, &Request::Orders { files, shop, dry_run }, format)
        }
        Command::Import(Import::Goods {
            house,
            files,
            shop,
            dry_run,
            format,
        }) => {
            let (files, _kept) = sources(files)?;
            on_facts(&house, &Request::Goods { files, shop, dry_run }, format)
        }
        Command::Import(Import::Phrases {
            house,
            shop,
            stock: true,
            dry_run,
            format,
            ..
        }) => on_facts(&house, &Request::PhraseStock { shop, dry_run }, format),
        Command::Import(Import::Phrases {
            house,
            files,
            shop,
            person,
            replace,
            dry_run,
            format,
            ..
        }) => {
            if replace && files.len() > 1 {
                bail!(
                    "--replace takes one file, for the second would take out what the first put in: import the others without it"
                );
            }
            let (files, _kept) = sources(files)?;
            let intake = phrases::Intake {
                files,
                shop,
                person,
                replace,
                dry_run,
            };
            let answer = facts(&house, &Request::Phrases(intake))?;
            print::document(&answer.data, format)?;
            phrases::explain(&answer, replace);
            Ok(ExitCode::from(answer.code))
        }
        Command::Import(Import::Words {
            house,
            file,
            shop,
            replace,
            dry_run,
            format,
        }) => {
            let (mut files, _kept) = sources(vec![file])?;
            let Some(file) = files.pop() else { bail!("no file") };
            let intake = words::Intake {
                file,
                shop,
                replace,
                dry_run,
            };
            on_facts(&house, &Request::Words(intake), format)
        }
        Command::Export(Export::Words {
            house,
            shop,
            form,
            out,
        }) => {
            let place = words::Place::of(form, out)?;
            let answer = facts(&house, &Request::WordExport { shop })?;
            place.write(answer.data)?;
            Ok(ExitCode::from(answer.code))
        }
        Command::Export(Export::Phrases {
            house,
            shop,
            person,
            form,
            out,
        }) => {
            let place = phrases::Place::of(form, out)?;
            let answer = facts(&house, &Request::PhraseExport { shop, person })?;
            place.write(answer.data)?;
            Ok(ExitCode::from(answer.code))
        }
        Command::Report(Report::Performance {
            house,
            from,
            to,
            by,
            as_of,
            format,
            out,
            lang,
        }) => {
            let days = format!("{from} – {to}");
            let place = report::Place::of(format, out, &lang, days)?;
            let answer = facts(&house, &Request::Performance { from, to, by, as_of })?;
            place.write(&answer.data)?;
            Ok(ExitCode::from(answer.code))
        }
    }
}

/// Whether a file is a policy, and each key in which it differs from the built-in one.
fn check_policy(file: &Path, format: Format) -> Result<ExitCode> {
    let shown = file.display();
    let text = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin()).context("standard input could not be read")?
    } else {
        std::fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?
    };
    let policy = Policy::parse(&text).with_context(|| format!("{shown} is no policy"))?;
    let changes = policy.changes();
    let rows: Vec<Value> = Policy::keys()
        .into_iter()
        .filter_map(|key| {
            let value = changes.get(&key.name)?;
            Some(json!({ "key": key.name, "built_in": key.value, "value": value, "rules": key.rules }))
        })
        .collect();
    eprintln!(
        "{shown}: a policy, in force from {}; it differs from the built-in one in {} of {} keys",
        policy.effective,
        rows.len(),
        Policy::keys().len()
    );
    print::document(&json!(rows), format)?;
    Ok(ExitCode::SUCCESS)
}

type Sources = (Vec<(String, PathBuf)>, Vec<tempfile::NamedTempFile>);

/// Files by name and full path; standard input is spooled to a file of its own first.
fn sources(files: Vec<PathBuf>) -> Result<Sources> {
    let mut named = Vec::new();
    let mut kept = Vec::new();
    for file in files {
        if file == Path::new("-") {
            let mut spool = tempfile::NamedTempFile::new()
                .context("standard input needs room in the temporary folder")?;
            std::io::copy(&mut std::io::stdin().lock(), &mut spool)
                .context("standard input could not be read")?;
            named.push(("-".to_owned(), spool.path().to_owned()));
            kept.push(spool);
        } else {
            let shown = file.display().to_string();
            let path = file
                .canonicalize()
                .with_context(|| format!("cannot open {shown}"))?;
            named.push((shown, path));
        }
    }
    Ok((named, kept))
}

/// Does a command and prints what came of it.
fn on_facts(words: &Words, request: &Request, format: Format) -> Result<ExitCode> {
    let answer = facts(words, request)?;
    print::document(&answer.data, format)?;
    Ok(ExitCode::from(answer.code))
}

/// Does a command here, or lets the server that holds the folder do it.
fn facts(words: &Words, request: &Request) -> Result<Answer> {
    let answer = match local::connect(&words.data) {
        Some(server) => local::ask(server, request, &backup::say)?,
        None => {
            let house = open::house(words, "http://127.0.0.1:8080")?;
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()?;
            let again: Request = serde_json::from_value(serde_json::to_value(request)?)?;
            let answer = runtime.block_on(async {
                // Without a server nobody else has taken in what was written last.
                if matches!(again, Request::Search(_))
                    && let Err(problem) = yingke_app::search::settle(&house).await
                {
                    return Answer::failed(problem.detail);
                }
                let answer = execute(&house, again, Arc::new(|_| {})).await;
                // What was imported is counted before the command ends, so that the server finds nothing to do.
                if let Err(problem) = yingke_app::metric::settle(&house).await {
                    return Answer::failed(problem.detail);
                }
                answer
            });
            house.close();
            answer
        }
    };
    if let Some(error) = answer.error {
        bail!("{error}");
    }
    Ok(answer)
}

/// Does a command on the facts.
pub(crate) async fn execute(house: &House, request: Request, progress: Arc<OnProgress>) -> Answer {
    match try_execute(house, request, progress).await {
        Ok(answer) => answer,
        Err(error) => Answer::failed(format!("{error:#}")),
    }
}

async fn try_execute(house: &House, request: Request, progress: Arc<OnProgress>) -> Result<Answer> {
    match request {
        Request::Chats {
            files,
            shop,
            channel,
            accounts,
            dry_run,
        } => {
            let options = ChatImport {
                shop,
                channel,
                accounts,
                dry_run,
            };
            let mut outcomes = Vec::new();
            for (name, path) in files {
                let input = open_file(&name, &path)?;
                outcomes.push(
                    import_chats(house, &name, input, &options)
                        .await
                        .map_err(|problem| of_other_kind(problem, &name, &path, Kind::Orders))?,
                );
            }
            let refusals = outcomes.iter().any(|o| !o.refused.is_empty());
            Ok(Answer::done(json!(outcomes), refusals))
        }
        Request::Orders { files, shop, dry_run } => {
            let options = OrderImport { shop, dry_run };
            let mut outcomes = Vec::new();
            for (name, path) in files {
                let input = open_file(&name, &path)?;
                outcomes.push(
                    import_orders(house, &name, input, &options)
                        .await
                        .map_err(|problem| of_other_kind(problem, &name, &path, Kind::Chats))?,
                );
            }
            let refusals = outcomes.iter().any(|o| !o.refused.is_empty());
            Ok(Answer::done(json!(outcomes), refusals))
        }
        Request::Goods { files, shop, dry_run } => {
            let mut outcomes = Vec::new();
            for (name, path) in files {
                let input = open_file(&name, &path)?;
                // What comes over standard input has no folder that its pictures could lie in.
                let folder = path.parent().filter(|_| name != "-").map(Path::to_owned);
                let shop = shop.clone();
                let options = GoodsImport {
                    shop,
                    folder,
                    dry_run,
                };
                let done = import_goods(house, &name, input, &options).await;
                outcomes.push(done.map_err(detail)?);
            }
            let refusals = outcomes.iter().any(|o| !o.refused.is_empty());
            Ok(Answer::done(json!(outcomes), refusals))
        }
        Request::Words(intake) => words::take_in(house, intake).await,
        Request::WordExport { shop } => words::give_out(house, shop).await,
        Request::Phrases(intake) => phrases::take_in(house, intake).await,
        Request::PhraseStock { shop, dry_run } => phrases::stock(house, shop, dry_run).await,
        Request::PhraseExport { shop, person } => phrases::give_out(house, shop, person).await,
        Request::Performance { from, to, by, as_of } => {
            let date = |name: &str, text: &str| {
                // The parser's own words say less than these.
                text.parse().map_err(|_| {
                    anyhow::anyhow!("--{name} takes a day that exists, like 2026-10-03, not {text:?}")
                })
            };
            let query = Query {
                from: date("from", &from)?,
                to: date("to", &to)?,
                by: By::parse(&by).context("--by")?,
                as_of: as_of
                    .map(|text| Stamp::parse(&text))
                    .transpose()
                    .context("--as-of")?,
                shops: None,
                line: None,
                only: None,
            };
            let rows = performance(house, query).await.map_err(detail)?;
            Ok(Answer::done(serde_json::to_value(rows)?, false))
        }
        Request::Search(words) => search::run(house, words).await,
        Request::Shop(words) => shop::run(house, words).await,
        Request::Backup { to, keep } => backup::of_house(house, to, keep, progress).await,
        Request::Doctor => doctor::of_house(house).await,
        Request::RecoverOwner { login, without_totp } => {
            let (login, link) = yingke_app::access::recover_owner(house, login.as_deref(), without_totp)
                .await
                .map_err(detail)?;
            Ok(Answer::done(json!([{ "login": login, "link": link }]), false))
        }
        Request::Link { login } => {
            let link = match login {
                None => yingke_app::access::owner_link(house)
                    .await
                    .map_err(detail)?
                    .context(
                        "this house has an owner already; name the login of the person who needs a link",
                    )?,
                Some(login) => {
                    let directory = house.directory();
                    let person = directory
                        .people()
                        .iter()
                        .find(|p| p.active && p.login.as_deref() == Some(login.as_str()))
                        .with_context(|| format!("nobody who works here has the login {login:?}"))?;
                    yingke_app::access::signin_link(house, person.id)
                        .await
                        .map_err(detail)?
                }
            };
            Ok(Answer::done(json!([{ "link": link }]), false))
        }
    }
}

fn detail(problem: yingke_app::Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", problem.detail)
}

/// What a file may be that was taken for the other.
#[derive(Clone, Copy)]
enum Kind {
    Chats,
    Orders,
}

/// The problem; where the file is one of the other kind, it says so.
fn of_other_kind(problem: yingke_app::Problem, name: &str, path: &Path, other: Kind) -> anyhow::Error {
    let zone = yingke_kernel::Zone::shanghai();
    let layout = if problem.code == "bad_file" {
        open_file(name, path).ok().and_then(|input| match other {
            Kind::Orders => yingke_sheets::orders::open(input, name, &zone)
                .ok()
                .map(|file| file.layout),
            Kind::Chats => yingke_sheets::chats::open(input, name, &zone, Default::default())
                .ok()
                .map(|file| file.layout),
        })
    } else {
        None
    };
    match (layout, other) {
        (Some(layout), Kind::Orders) => anyhow::anyhow!(
            "{name} is an order list ({layout}), not a chat file: import it with `yingke import orders`"
        ),
        (Some(layout), Kind::Chats) => anyhow::anyhow!(
            "{name} is a chat file ({layout}), not an order list: import it with `yingke import chats`"
        ),
        (None, _) => detail(problem),
    }
}

fn open_file(name: &str, path: &Path) -> Result<impl Read + Seek + Send + use<>> {
    File::open(path).with_context(|| format!("cannot open {name}"))
}

fn migrate(words: &Words, dry_run: bool) -> Result<ExitCode> {
    if local::connect(&words.data).is_some() {
        bail!("a server runs on this folder and has migrated it; stop it first if you want to do it by hand");
    }
    open::make_folder(&words.data)?;
    let config = yingke_store::StoreConfig {
        target: open::target(words)?,
        ..yingke_store::StoreConfig::sqlite("")
    };
    let store = yingke_store::Store::open(config, std::sync::Arc::new(|_| {}))?;
    if dry_run {
        let status = yingke_store::migrate::status(&store)?;
        print::document(
            &json!([{ "at": status.at, "known": status.known }]),
            Format::Table,
        )?;
    } else {
        let upgraded = yingke_app::backup::upgrade(&store, &words.data, &yingke_kernel::SystemClock);
        let (report, kept) = match upgraded {
            Ok(done) => done,
            Err(problem) => {
                store.close();
                return Err(detail(problem));
            }
        };
        let mut row = json!({ "from": report.from, "to": report.to, "applied": report.applied });
        if let Some(file) = kept {
            row["backup"] = json!(file.display().to_string());
        }
        print::document(&json!([row]), Format::Table)?;
    }
    store.close();
    Ok(ExitCode::SUCCESS)
}
