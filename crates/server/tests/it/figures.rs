//! The figures follow the facts: after any history the day rows equal a computation from scratch, and every number opens to as
//! many facts as it says.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::time::Duration;
use yingke_app::abuse;
use yingke_app::access::{Change, bind_account, change_person};
use yingke_app::conversation::{self as talk, Author, Outgoing};
use yingke_app::intake::{ChatImport, import_chats};
use yingke_app::metric::{OpenQuery, Query, catch_up, open, performance, sheet};
use yingke_app::{Guest, Staff};
use yingke_domain::abuse::Decision;
use yingke_domain::access::Role;
use yingke_domain::metric::{By, Figure, FigureKind, Row};
use yingke_domain::presence::State;
use yingke_kernel::{ClientId, Clock, Zone};
use yingke_testkit::{Bed, TestHouse, block_on};

/// Something that happens. Numbers name agents, buyers, accounts; what is not possible then is refused, and that is a fact too.
#[derive(Debug, Clone)]
enum Deed {
    Pass(i64),
    Ask(usize),
    Answer(usize, usize),
    Welcome(usize),
    Take(usize, usize),
    Pass2(usize, usize, Option<usize>),
    Close(usize, usize),
    Waive(usize, usize),
    Recall(usize, usize),
    /// Words are marked as abuse, all or the last, and the owner confirms it or not.
    Mark(usize, usize, bool, bool),
    /// A buyer is blocked, or listened to again.
    Block(usize, bool),
    Be(usize, State),
    /// Lines of files that come late, in any order: seconds before now, buyer, account, conversation, what.
    Import(Vec<(i64, usize, usize, Option<u8>, u8)>),
    Bind(usize, usize),
    Line(usize, Option<u8>),
    Restart,
    Check,
}

const AGENTS: usize = 3;
const BUYERS: usize = 4;
const ACCOUNTS: [&str; 3] = ["店铺:甲", "店铺:乙", "店铺:丙"];

fn deed() -> impl Strategy<Value = Deed> {
    let (agent, buyer) = (0..AGENTS, 0..BUYERS);
    let state = prop_oneof![3 => Just(State::Online), 1 => Just(State::Suspended), 1 => Just(State::Away), 1 => Just(State::Offline)];
    let line = (
        0i64..200_000,
        0..BUYERS,
        0..ACCOUNTS.len(),
        prop::option::of(0u8..3),
        0u8..8,
    );
    prop_oneof![
        4 => prop_oneof![5 => 1i64..60, 3 => 60i64..1_000, 1 => 1_000i64..40_000].prop_map(Deed::Pass),
        8 => buyer.clone().prop_map(Deed::Ask),
        8 => (agent.clone(), buyer.clone()).prop_map(|(a, b)| Deed::Answer(a, b)),
        1 => buyer.clone().prop_map(Deed::Welcome),
        3 => (agent.clone(), buyer.clone()).prop_map(|(a, b)| Deed::Take(a, b)),
        3 => (agent.clone(), buyer.clone(), prop::option::of(0..AGENTS)).prop_map(|(a, b, c)| Deed::Pass2(a, b, c)),
        2 => (agent.clone(), buyer.clone()).prop_map(|(a, b)| Deed::Close(a, b)),
        2 => (agent.clone(), buyer.clone()).prop_map(|(a, b)| Deed::Waive(a, b)),
        2 => (agent.clone(), buyer.clone()).prop_map(|(a, b)| Deed::Recall(a, b)),
        3 => (agent.clone(), buyer.clone(), any::<bool>(), prop::bool::weighted(0.8)).prop_map(|(a, b, all, yes)| Deed::Mark(a, b, all, yes)),
        2 => (buyer, prop::bool::weighted(0.4)).prop_map(|(b, on)| Deed::Block(b, on)),
        4 => (agent.clone(), state).prop_map(|(a, s)| Deed::Be(a, s)),
        2 => prop::collection::vec(line, 1..12).prop_map(Deed::Import),
        1 => (agent.clone(), 0..ACCOUNTS.len()).prop_map(|(a, c)| Deed::Bind(a, c)),
        1 => (agent, prop::option::of(0u8..2)).prop_map(|(a, l)| Deed::Line(a, l)),
        1 => Just(Deed::Restart),
        1 => Just(Deed::Check),
    ]
}

struct World {
    home: TestHouse,
    boss: Staff,
    agents: Vec<Staff>,
    buyers: Vec<Guest>,
}

fn words(bed: &Bed, text: &str) -> Outgoing {
    Outgoing::text(ClientId::new(bed.now()), text.to_owned())
}

async fn world(bed: &Bed) -> World {
    let home = TestHouse::start(bed);
    let boss = home.person("店长", Role::Owner, None, None).await;
    let (mut agents, mut buyers) = (Vec::new(), Vec::new());
    for name in ["小美", "小丽", "小云"].iter().take(AGENTS) {
        let staff = home.person(name, Role::Agent, None, Some(2)).await;
        home.sit(&staff, State::Online).await;
        agents.push(staff);
    }
    for _ in 0..BUYERS {
        buyers.push(home.buyer().await);
    }
    World {
        home,
        boss,
        agents,
        buyers,
    }
}

fn import_line(
    bed: &Bed,
    (before, buyer, account, conversation, what): (i64, usize, usize, Option<u8>, u8),
) -> String {
    let at = Zone::shanghai().rfc3339(bed.now().plus_secs(-before));
    let mut line =
        json!({"channel": "taobao", "buyer": format!("tb{buyer}"), "agent": ACCOUNTS[account], "at": at});
    if let Some(conversation) = conversation {
        line["conversation"] = json!(format!("c{buyer}-{conversation}"));
    }
    let (from, kind) = match what {
        0..=2 => ("buyer", "text"),
        3..=4 => ("agent", "text"),
        5 => ("auto", "text"),
        6 => ("system", "transfer"),
        _ => ("system", "close"),
    };
    line["from"] = json!(from);
    line["kind"] = json!(kind);
    match kind {
        "text" => line["text"] = json!(format!("话 {before}")),
        "transfer" => line["to_agent"] = json!(ACCOUNTS[(account + 1) % ACCOUNTS.len()]),
        _ => {}
    }
    format!("{line}\n")
}

async fn happen(world: &mut World, bed: &Bed, deed: &Deed) {
    let house = world.home.house.clone();
    match deed {
        Deed::Pass(secs) => {
            // In steps below the lease, so that who is there stays there.
            let mut left = *secs;
            while left > 0 {
                bed.clock().advance_secs(left.min(40_000));
                left -= 40_000;
            }
            let people: Vec<_> = world.agents.iter().map(|a| a.person).collect();
            world.home.renew(&people).await;
        }
        Deed::Ask(b) => {
            let guest = &world.buyers[*b];
            let _sent = talk::send(&house, Author::Guest(guest), guest.thread, words(bed, "在 吗"))
                .await
                .unwrap();
        }
        Deed::Answer(a, b) => {
            let _or_refused = talk::send(
                &house,
                Author::Staff(&world.agents[*a]),
                world.buyers[*b].thread,
                words(bed, "在的"),
            )
            .await;
        }
        Deed::Welcome(b) => {
            let _sent = talk::send(&house, Author::Auto, world.buyers[*b].thread, words(bed, "欢迎"))
                .await
                .unwrap();
        }
        Deed::Take(a, b) => {
            let _or_refused = talk::take(&house, &world.agents[*a], world.buyers[*b].thread).await;
        }
        Deed::Pass2(a, b, to) => {
            let to = to.map_or(talk::Destination::Queue, |to| {
                talk::Destination::Person(world.agents[to].person)
            });
            let _or_refused = talk::transfer(
                &house,
                &world.agents[*a],
                world.buyers[*b].thread,
                to,
                String::new(),
            )
            .await;
        }
        Deed::Close(a, b) => {
            let _or_refused = talk::close(&house, &world.agents[*a], world.buyers[*b].thread).await;
        }
        Deed::Waive(a, b) => {
            let _or_refused = talk::waive(&house, &world.agents[*a], world.buyers[*b].thread).await;
        }
        Deed::Recall(a, b) => {
            let thread = world.buyers[*b].thread;
            let (entries, _) = talk::last_entries(&house, thread, 20).await.unwrap();
            let own = entries
                .iter()
                .rev()
                .find(|e| e.author == world.agents[*a].person.0 && e.kind.is_message());
            if let Some(own) = own {
                let _or_refused = talk::recall(&house, &world.agents[*a], thread, own.seq).await;
            }
        }
        Deed::Mark(a, b, all, yes) => {
            let thread = world.buyers[*b].thread;
            let (entries, _) = talk::last_entries(&house, thread, 20).await.unwrap();
            let last = entries
                .iter()
                .rev()
                .find(|e| e.sender == "buyer" && e.kind.is_message());
            if let Some(last) = last {
                let seq = (!all).then_some(last.seq);
                let sort = yingke_domain::abuse::Sort::Harassing;
                let done = abuse::propose(&house, &world.agents[*a], thread, seq, sort, "").await;
                if let Ok(done) = done {
                    let what = if *yes { Decision::Confirm } else { Decision::Refuse };
                    let _decided = abuse::decide(&house, &world.boss, done.mark.id, what, "看过")
                        .await
                        .unwrap();
                }
            }
        }
        Deed::Block(b, on) => {
            if *on {
                let _or_blocked =
                    abuse::block(&house, &world.boss, world.buyers[*b].thread, None, "辱骂").await;
            } else {
                for block in abuse::blocks(&house, &world.boss).await.unwrap() {
                    let _or_over = abuse::lift(&house, &world.boss, block.row.id, "").await;
                }
            }
        }
        Deed::Be(a, state) => yingke_app::presence::set_state(&house, &world.agents[*a], *state)
            .await
            .unwrap(),
        Deed::Import(lines) => {
            let text: String = lines.iter().map(|line| import_line(bed, *line)).collect();
            let outcome = import_chats(&house, "late.jsonl", Cursor::new(text), &ChatImport::default())
                .await
                .unwrap();
            assert_eq!(outcome.refused, []);
        }
        Deed::Bind(a, account) => {
            let (shop, person) = (world.home.shop(), world.agents[*a].person);
            bind_account(&house, &world.boss, person, shop, "taobao", ACCOUNTS[*account])
                .await
                .unwrap();
        }
        Deed::Line(a, line) => {
            let line = line.map(|n| format!("line{n}"));
            let change = Change {
                line: Some(line),
                ..Change::default()
            };
            change_person(&house, &world.boss, world.agents[*a].person, change)
                .await
                .unwrap();
        }
        Deed::Restart => {
            drop(house);
            let home = TestHouse::start_again(world.home.clone(), bed).await;
            world.home = home;
            let people: Vec<_> = world.agents.iter().map(|a| a.person).collect();
            world.home.renew(&people).await;
        }
        Deed::Check => same_by_every_grouping(world, bed, &["shop,agent,date"]).await,
    }
}

fn query(bed: &Bed, by: &str, from_scratch: bool) -> Query {
    let today = Zone::shanghai().civil(bed.now()).date();
    Query {
        from: "2026-09-28".parse().unwrap(),
        to: today,
        by: By::parse(by).unwrap(),
        as_of: from_scratch.then(|| bed.clock().now()),
        shops: None,
        line: None,
        only: None,
    }
}

/// All ways to group.
fn groupings() -> Vec<String> {
    let keys = ["shop", "agent", "line", "date", "hour"];
    let some = |n: u32| {
        (0..5)
            .filter(|i| n >> i & 1 == 1)
            .map(|i| keys[i])
            .collect::<Vec<_>>()
            .join(",")
    };
    (1u32..32).map(some).collect()
}

async fn same_by_every_grouping(world: &World, bed: &Bed, groupings: &[&str]) {
    for by in groupings {
        // The router may write between the two: then once more.
        for attempt in 0.. {
            let followed = performance(&world.home.house, query(bed, by, false))
                .await
                .unwrap();
            let computed = performance(&world.home.house, query(bed, by, true))
                .await
                .unwrap();
            if followed == computed {
                break;
            }
            if attempt == 6 {
                let odd = |rows: &[Row], others: &[Row]| {
                    rows.iter()
                        .filter(|row| !others.contains(row))
                        .map(|row| json!(row).to_string())
                        .collect::<Vec<_>>()
                };
                panic!(
                    "by {by}, only followed: {:#?}\nonly computed: {:#?}",
                    odd(&followed, &computed),
                    odd(&computed, &followed)
                );
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }
}

/// The page is the rows: over all days the same, and each day as if it were asked for alone.
async fn the_page_is_the_rows(world: &World, bed: &Bed, by: &str) {
    let house = &world.home.house;
    let said = |rows: &[Row]| rows.iter().map(|row| json!(row).to_string()).collect::<Vec<_>>();
    for attempt in 0.. {
        let page = sheet(house, query(bed, by, false)).await.unwrap();
        let rows = performance(house, query(bed, by, false)).await.unwrap();
        let of_days = performance(house, query(bed, &format!("{by},date"), false))
            .await
            .unwrap();
        let team = performance(house, query(bed, "date", false)).await.unwrap();
        let hours = performance(house, query(bed, "date,hour", false)).await.unwrap();
        let mut by_day: Vec<String> = page
            .rows
            .iter()
            .flat_map(|of| {
                of.days
                    .iter()
                    .map(|(day, figures)| (of.row.clone(), *day, *figures))
            })
            .map(|(row, day, figures)| {
                let date = Some(yingke_domain::metric::date_of(day));
                json!(Row { date, figures, ..row }).to_string()
            })
            .collect();
        let mut alone = said(&of_days);
        by_day.sort();
        alone.sort();
        let whole: Vec<Row> = page.rows.into_iter().map(|of| of.row).collect();
        let team_days: Vec<_> = page
            .team
            .iter()
            .flat_map(|of| of.days.values().copied())
            .collect();
        if said(&whole) == said(&rows)
            && by_day == alone
            && team_days == team.iter().map(|row| row.figures).collect::<Vec<_>>()
            && said(&page.hours) == said(&hours)
        {
            return;
        }
        assert!(
            attempt < 6,
            "by {by}: the page {:#?} is not {:#?}",
            said(&whole),
            said(&rows)
        );
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

async fn every_number_opens(world: &World, bed: &Bed, by: &str) {
    let house = &world.home.house;
    for attempt in 0.. {
        let mut wrong = Vec::new();
        let rows = performance(house, query(bed, by, false)).await.unwrap();
        for row in &rows {
            for figure in Figure::ALL {
                let name = figure.as_str();
                let Some(value) = row.figures.get(figure).filter(|_| Figure::parse(name).is_some()) else {
                    continue;
                };
                let mut opened = OpenQuery {
                    from: row.date.unwrap(),
                    to: row.date.unwrap(),
                    figure: name.to_owned(),
                    agent: row
                        .agent
                        .as_ref()
                        .map(|name| name.as_ref().map(|name| name.to_string())),
                    line: row
                        .line
                        .as_ref()
                        .map(|name| name.as_ref().map(|name| name.to_string())),
                    hour: row.hour,
                    shops: vec![world.home.shop()],
                    only: None,
                    after: None,
                    limit: 7,
                };
                let (mut turns, mut messages) = (Vec::new(), Vec::new());
                loop {
                    let page = open(house, opened.clone()).await.unwrap();
                    turns.extend(page.turns);
                    messages.extend(page.messages);
                    opened.after = page.next;
                    if opened.after.is_none() {
                        break;
                    }
                }
                let buyers = |threads: Vec<yingke_kernel::ThreadId>| {
                    threads.into_iter().collect::<BTreeSet<_>>().len() as i64
                };
                let of_turns = buyers(turns.iter().map(|t| t.thread).collect());
                let of_messages = buyers(messages.iter().map(|m| m.thread).collect());
                let found = match figure {
                    Figure::FirstReplyCost | Figure::TotalReplyCost => {
                        turns.iter().map(|t| t.wait.unwrap()).sum()
                    }
                    Figure::MaxWait => turns.iter().filter_map(|t| t.wait).max().unwrap_or(-1),
                    Figure::NoReplyNum | Figure::SlowReceptionNum => of_turns,
                    Figure::ConsultNum => of_messages,
                    // What these are made of is shown; how it adds up is not a count of it.
                    Figure::SellerWordNum
                    | Figure::ReceiveCost
                    | Figure::LongReceiveNum
                    | Figure::ServiceNum => value,
                    _ if figure.kind() == FigureKind::Turns => turns.len() as i64,
                    _ => messages.len() as i64,
                };
                if found != value {
                    wrong.push(format!("{name} is {value}, opens to {found}: {}", json!(row)));
                }
            }
        }
        if wrong.is_empty() {
            return;
        }
        assert!(attempt < 3, "by {by}: {wrong:#?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

fn histories(cases: u32, bed: impl Fn() -> Option<Bed>) {
    let config = Config {
        cases,
        max_shrink_iters: 24,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let history = prop::collection::vec(deed(), 60..140);
    let done = runner.run(&history, |deeds| {
        let Some(bed) = bed() else { return Ok(()) };
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            block_on(async {
                let mut world = world(&bed).await;
                for deed in &deeds {
                    happen(&mut world, &bed, deed).await;
                }
                catch_up(&world.home.house).await.unwrap();
                let all = groupings();
                same_by_every_grouping(&world, &bed, &all.iter().map(String::as_str).collect::<Vec<_>>())
                    .await;
                for by in ["agent", "line", "shop", "hour", "agent,hour"] {
                    the_page_is_the_rows(&world, &bed, by).await;
                }
                for by in [
                    "shop,date",
                    "agent,date",
                    "line,date",
                    "date,hour",
                    "agent,date,hour",
                ] {
                    every_number_opens(&world, &bed, by).await;
                }
                world.home.stop().await;
            });
        }));
        tried.map_err(|panic| {
            let words = panic.downcast_ref::<String>().cloned();
            TestCaseError::fail(words.unwrap_or_else(|| "a panic without words".to_owned()))
        })
    });
    if let Err(error) = done {
        panic!("{error}");
    }
}

#[test]
fn day_rows_equal_a_computation_from_scratch_on_sqlite() {
    histories(6, || Some(Bed::sqlite()));
}

#[test]
fn day_rows_equal_a_computation_from_scratch_on_postgres() {
    histories(3, Bed::postgres);
}
