//! The demonstration: a shop in a throw-away folder, with simulated agents and buyers who talk all the time.
//!
//! Simulated people use the same use cases as real ones. They work on a line of their own, so that whoever tries the desk
//! finds the visitors of the shop's page, and some simulated buyers, with themselves and nobody else.

mod history;
mod play;
mod words;

use crate::args::{Demo, House as Words, Serve};
use crate::serve::{Running, runtime, wait_for_signal};
use crate::{open, serve};
use anyhow::{Context, Result, anyhow};
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use words::Script;
use yingke_app::access::{Invite, add_person, add_shop, bind_account, signin_link};
use yingke_app::{House, Problem, ShopSettings, Staff};
use yingke_domain::access::Role;
use yingke_kernel::PersonId;

/// Line of the simulated agents and of the platform they serve.
const SIMULATED: &str = "淘宝";
/// Channel of the simulated platform.
pub(crate) const PLATFORM: &str = "taobao";
/// Line of the shop's own page.
const OWN: &str = "官网";
/// Ports that are tried after the first.
const PORTS: u16 = 50;

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
        let script = words::script()?;
        let people = furnish(&house, &script).await?;
        let serve_words = Serve {
            house: house_words,
            listen: address,
            public_url: Some(url.clone()),
            ..Serve::on(address)
        };
        let server = Running::start(house.clone(), TcpListener::from_std(listener)?, &serve_words).await?;
        history::write(&house, &script, words.seed).await?;
        let stop = CancellationToken::new();
        play::start(
            &house,
            &script,
            &people.simulated,
            people.agent,
            words.seed,
            &stop,
        )
        .await?;
        announce(&house, &people, &url).await?;
        serve_until_signal(server, stop).await;
        Ok(ExitCode::SUCCESS)
    })
}

async fn serve_until_signal(server: serve::Running, stop: CancellationToken) {
    wait_for_signal().await;
    stop.cancel();
    server.stop().await;
}

struct People {
    owner: PersonId,
    supervisor: PersonId,
    agent: PersonId,
    simulated: Vec<PersonId>,
}

/// The shop and its people. In a folder that was kept from last time they are there already.
async fn furnish(house: &House, script: &Script) -> Result<People> {
    let directory = house.directory();
    let main = directory
        .shop_by_code("main")
        .context("the house has no shop main")?;
    let settings = ShopSettings {
        welcome: script.welcome.clone(),
        offline: script.offline.clone(),
        lines: std::sync::Arc::new(
            [(PLATFORM, SIMULATED), ("web", OWN)]
                .map(|(c, l)| (c.to_owned(), l.to_owned()))
                .into(),
        ),
        ..main.settings.clone()
    };
    let row = yingke_store::shop::ShopRow {
        id: main.id,
        code: main.code.clone(),
        name: script.shop.clone(),
        zone: main.zone_name.clone(),
        settings: serde_json::to_string(&settings)?,
        secret: main.secret.clone(),
    };
    add_shop(house, row).await.map_err(told)?;
    let owner = person(house, "东家", "owner", Role::Owner, None, None).await?;
    let supervisor = person(house, "周主管", "supervisor", Role::Supervisor, Some(OWN), None).await?;
    let agent = person(house, "小禾", "agent", Role::Agent, Some(OWN), None).await?;
    let mut simulated = Vec::new();
    for one in &script.agents {
        simulated.push(
            person(
                house,
                &one.name,
                &one.login,
                Role::Agent,
                Some(SIMULATED),
                Some(6),
            )
            .await?,
        );
    }
    bind_accounts(house, owner, script, &simulated).await?;
    Ok(People {
        owner,
        supervisor,
        agent,
        simulated,
    })
}

/// On the simulated platform the agents work under accounts of their own names: the imported week counts for the same people
/// as what they answer now.
async fn bind_accounts(
    house: &House,
    owner: PersonId,
    script: &Script,
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
    for (one, person) in script.agents.iter().zip(simulated) {
        let is_bound = directory
            .accounts()
            .iter()
            .any(|a| a.person == Some(*person) && a.channel == PLATFORM && a.name == one.name);
        if !is_bound {
            bind_account(house, &staff, *person, main.id, PLATFORM, &one.name)
                .await
                .map_err(told)?;
        }
    }
    Ok(())
}

async fn person(
    house: &House,
    name: &str,
    login: &str,
    role: Role,
    line: Option<&str>,
    capacity: Option<u32>,
) -> Result<PersonId> {
    let directory = house.directory();
    if let Some(known) = directory
        .people()
        .iter()
        .find(|p| p.login.as_deref() == Some(login))
    {
        return Ok(known.id);
    }
    let who = Invite {
        name: name.to_owned(),
        login: login.to_owned(),
        role,
        line: line.map(str::to_owned),
        capacity,
        grade: None,
    };
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
