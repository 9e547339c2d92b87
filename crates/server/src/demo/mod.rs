//! The demonstration: a shop in a throw-away folder with sixty days behind it, and simulated agents and buyers who talk all
//! the time.
//!
//! Simulated people use the same use cases as real ones. They work on lines of their own, so that whoever tries the desk
//! finds the visitors of the shop's page, and some simulated buyers, with themselves and nobody else.
//!
//! The past is played through in memory (`world`), from a seed and the day of today, and written in the background, newest
//! first (`history`); what happens from then on is played live (`play`).

mod acts;
mod calendar;
mod goods;
mod history;
mod log;
mod picture;
mod play;
mod talk;
#[cfg(test)]
mod tests;
mod words;
mod world;

use crate::args::{Demo, House as Words, Serve};
use crate::serve::{Running, runtime, wait_for_signal};
use crate::{open, serve};
use anyhow::{Context, Result, anyhow};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use world::{OWN, Plan, Server, World};
use yingke_app::access::{Invite, add_person, add_shop, bind_account, signin_link};
use yingke_app::{House, Problem, ShopSettings, Staff};
use yingke_domain::access::{Grade, Role};
use yingke_domain::hours::Opening;
use yingke_kernel::{PersonId, ShopId, Stamp};

/// Line to which the simulated platform's buyers come first.
const FIRST: &str = "售前";
/// Channel of the simulated platform.
pub(crate) const PLATFORM: &str = "taobao";
/// Ports that are tried after the first.
const PORTS: u16 = 50;
/// Seed and days of the past unless the words say otherwise.
const SEED: u64 = 20_261_003;
const DAYS: u16 = 60;
/// Conversations of a simulated agent at once.
const CAPACITY: u32 = 6;

fn told(problem: Problem) -> anyhow::Error {
    anyhow!("{}", problem.detail)
}

fn listen(first: SocketAddr) -> Result<std::net::TcpListener> {
    for port in first.port()..first.port().saturating_add(PORTS) {
        if let Ok(listener) = serve::bind(SocketAddr::new(first.ip(), port)) {
            return Ok(listener);
        }
    }
    Err(anyhow!(
        "no free port from {} on; choose another --listen",
        first.port()
    ))
}

/// `yingke demo`.
pub(crate) fn run(words: Demo) -> Result<ExitCode> {
    let throw_away = match &words.data {
        Some(_) => None,
        None => Some(
            tempfile::Builder::new()
                .prefix("yingke-demo-")
                .tempdir()
                .context("no room for the demonstration")?,
        ),
    };
    let data = match (&words.data, &throw_away) {
        (Some(data), _) => data.clone(),
        (None, Some(folder)) => folder.path().to_owned(),
        (None, None) => unreachable!("one of the two was made"),
    };
    let listener = listen(words.listen)?;
    let address = listener.local_addr()?;
    let url = format!("http://{address}");
    let house_words = Words {
        data,
        database: words.database.clone(),
        policy: Vec::new(),
    };
    let house = open::house(&house_words, &url)?;
    runtime()?.block_on(async {
        let all_words = words::words()?;
        let people = furnish(&house, &all_words).await?;
        log::write(&house, &people).await?;
        let serve_words = Serve {
            house: house_words,
            listen: address,
            public_url: Some(url.clone()),
            show_shop: true,
            ..Serve::on(address)
        };
        let server = Running::start(house.clone(), TcpListener::from_std(listener)?, &serve_words).await?;
        let stop = CancellationToken::new();
        let made = history::made(
            &house,
            history::Made {
                seed: words.seed.unwrap_or(SEED),
                days: words.days.unwrap_or(DAYS),
            },
        )
        .await?;
        told_otherwise(&words, made)?;
        let (until, is_due) = history::due(&house).await?;
        let plan = plan(&house, made, &people, &all_words, until)?;
        let world = {
            let (plan, all_words) = (plan.clone(), all_words.clone());
            tokio::task::spawn_blocking(move || Arc::new(world::play(plan, all_words))).await?
        };
        if is_due {
            past(&house, &plan, &world, until, &stop).await?;
        }
        acts::write(&house, &plan, &world, &people, until, &stop).await?;
        if !words.quiet {
            play::start(&house, &all_words, &world, &people, until, made.seed, &stop).await?;
        }
        announce(&house, &people, &url).await?;
        wait_for_signal().await;
        stop.cancel();
        server.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// A kept folder has the goods and the past that it was begun with.
fn told_otherwise(words: &Demo, made: history::Made) -> Result<()> {
    let (seed, days) = (words.seed.unwrap_or(made.seed), words.days.unwrap_or(made.days));
    if (history::Made { seed, days }) == made {
        return Ok(());
    }
    Err(anyhow!(
        "this folder was begun with --seed {} --days {}, which its goods and its past follow from; leave the words out, or name another --data",
        made.seed,
        made.days
    ))
}

/// Goods, then the past in the background; comes back when the last two days are there.
async fn past(
    house: &House,
    plan: &Plan,
    world: &Arc<World>,
    until: Stamp,
    stop: &CancellationToken,
) -> Result<()> {
    history::put_goods(house, plan.shop, world, until).await?;
    let (tell, hear) = tokio::sync::oneshot::channel();
    let (own, own_plan, own_world, own_stop) = (house.clone(), plan.clone(), world.clone(), stop.clone());
    tokio::spawn(async move {
        let work = async {
            // The pictures are drawn beside the writing.
            let (written, drawn) = tokio::join!(
                history::put_past(&own, &own_plan, own_world.clone(), until, tell),
                history::put_pictures(&own, own_plan.shop, own_world)
            );
            written.context("the past of the demonstration is incomplete")?;
            drawn.context("some goods of the demonstration have no picture")?;
            history::whole(&own).await
        };
        tokio::select! {
            () = own_stop.cancelled() => {}
            done = work => if let Err(error) = done {
                tracing::error!("{error:#}; started again on the same folder, the rest is made up");
            }
        }
    });
    let _ = tokio::time::timeout(history::PATIENCE, hear).await;
    Ok(())
}

/// Who is there.
pub(crate) struct People {
    pub(crate) shop: ShopId,
    pub(crate) owner: PersonId,
    pub(crate) supervisor: PersonId,
    /// The agent whom the visitor plays.
    pub(crate) agent: PersonId,
    /// The simulated agents, in the order of the file.
    pub(crate) simulated: Vec<PersonId>,
}

fn plan(
    house: &House,
    made: history::Made,
    people: &People,
    all: &words::Words,
    until: Stamp,
) -> Result<Plan> {
    let directory = house.directory();
    let zone = directory
        .shop(people.shop)
        .context("the house has no shop main")?
        .zone
        .clone();
    let server = |person: PersonId, line: &str, grade: &str, style| Server {
        person,
        name: directory
            .person(person)
            .map(|p| p.name.clone())
            .unwrap_or_default(),
        line: line.to_owned(),
        grade: grade.to_owned(),
        style,
    };
    let mut servers: Vec<Server> = all
        .people
        .agents
        .iter()
        .zip(&people.simulated)
        .map(|(a, p)| server(*p, &a.line, &a.grade, a.style))
        .collect();
    servers.push(server(people.agent, OWN, "middle", words::Style::Warm));
    servers.push(server(people.supervisor, OWN, "manager", words::Style::Brisk));
    Ok(Plan {
        seed: made.seed,
        shop: people.shop,
        today: zone.civil(until).date(),
        days: i64::from(made.days),
        zone,
        servers,
        policy: Arc::new(house.policy().conversation),
    })
}

/// Day and night, holidays too: nobody who tries the demonstration finds it closed.
fn open_always() -> Result<Opening> {
    let day = serde_json::json!(["00:00-24:00"]);
    let week: serde_json::Map<_, _> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|name| (name.to_owned(), day.clone()))
        .into_iter()
        .collect();
    Ok(serde_json::from_value(
        serde_json::json!({ "week": week, "holiday": day }),
    )?)
}

/// The shop and its people. In a folder that was kept from last time they are there already.
async fn furnish(house: &House, words: &words::Words) -> Result<People> {
    let directory = house.directory();
    let main = directory
        .shop_by_code("main")
        .context("the house has no shop main")?;
    let mut settings = ShopSettings {
        welcome: words.people.welcome.clone(),
        offline: words.people.offline.clone(),
        lines: Arc::new(
            [(PLATFORM, FIRST), ("web", OWN)]
                .map(|(c, l)| (c.to_owned(), l.to_owned()))
                .into(),
        ),
        ..main.settings.clone()
    };
    // Whatever was changed in a kept folder stays.
    if settings.hours.is_none() {
        settings.hours = Some(Arc::new(open_always()?));
    }
    if settings.questions.is_empty() {
        settings.questions.clone_from(&words.people.questions);
    }
    settings.check().map_err(told)?;
    let row = yingke_store::shop::ShopRow {
        id: main.id,
        code: main.code.clone(),
        name: words.people.shop.clone(),
        zone: main.zone_name.clone(),
        settings: serde_json::to_string(&settings)?,
        secret: main.secret.clone(),
    };
    add_shop(house, row).await.map_err(told)?;
    let somebody = |name: &str, login: &str, role, line: Option<&str>| Invite {
        name: name.to_owned(),
        login: login.to_owned(),
        role,
        line: line.map(str::to_owned),
        capacity: None,
        grade: None,
    };
    let owner = person(house, somebody("东家", "owner", Role::Owner, None)).await?;
    let supervisor = Invite {
        grade: Some(Grade::Manager),
        ..somebody("周主管", "supervisor", Role::Supervisor, Some(OWN))
    };
    let supervisor = person(house, supervisor).await?;
    let agent = Invite {
        grade: Some(Grade::Middle),
        ..somebody("小禾", "agent", Role::Agent, Some(OWN))
    };
    let agent = person(house, agent).await?;
    let mut simulated = Vec::new();
    for one in &words.people.agents {
        let who = Invite {
            capacity: Some(CAPACITY),
            grade: Grade::parse(&one.grade),
            ..somebody(&one.name, &one.login, Role::Agent, Some(&one.line))
        };
        simulated.push(person(house, who).await?);
    }
    bind_accounts(house, owner, words, &simulated).await?;
    Ok(People {
        shop: main.id,
        owner,
        supervisor,
        agent,
        simulated,
    })
}

/// On the simulated platform the agents work under accounts of their own names, so that a file of that platform counts for
/// the same people.
async fn bind_accounts(
    house: &House,
    owner: PersonId,
    words: &words::Words,
    simulated: &[PersonId],
) -> Result<()> {
    let directory = house.directory();
    let main = directory
        .shop_by_code("main")
        .context("the house has no shop main")?;
    let staff = Staff {
        person: owner,
        name: String::new(),
        role: Role::Owner,
        session: [0; 32],
    };
    for (one, person) in words.people.agents.iter().zip(simulated) {
        let name = format!("{}:{}", words.people.shop, one.name);
        let is_bound = directory
            .accounts()
            .iter()
            .any(|a| a.person == Some(*person) && a.channel == PLATFORM && a.name == name);
        if !is_bound {
            bind_account(house, &staff, *person, main.id, PLATFORM, &name)
                .await
                .map_err(told)?;
        }
    }
    Ok(())
}

async fn person(house: &House, who: Invite) -> Result<PersonId> {
    let directory = house.directory();
    if let Some(known) = directory
        .people()
        .iter()
        .find(|p| p.login.as_deref() == Some(&who.login))
    {
        return Ok(known.id);
    }
    add_person(house, None, who).await.map_err(told)
}

async fn announce(house: &House, people: &People, url: &str) -> Result<()> {
    use std::io::Write;
    let mut text = String::from("\n檐雨家居 · Yingke demonstration\n\n");
    for (who, person) in [
        ("agent      客服 小禾", people.agent),
        ("supervisor 主管", people.supervisor),
        ("owner      店主", people.owner),
    ] {
        let link = signin_link(house, person).await.map_err(told)?;
        text.push_str(&format!("  {who:<18}  {link}\n"));
    }
    text.push_str(&format!("  {:<18}  {url}/shop\n", "shop page  店铺页面"));
    text.push_str("\nEach link signs in once, within ten minutes; `yingke demo` again gives new ones. Ctrl+C ends it.\n");
    text.push_str(
        "Go online (在线) at the desk: visitors of the shop page and some buyers come to you alone.\n\n",
    );
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}
