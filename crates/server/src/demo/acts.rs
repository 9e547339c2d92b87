//! What the people of the demonstration did besides talking: notices, calls, marks, prices, goals, lists, decisions. Written once,
//! with the days behind it that it would have, of the buyers and orders that are there.

use super::world::{Order, Plan, World};
use super::{People, told};
use anyhow::{Context, Result};
use fastrand::Rng;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use yingke_app::duty::{self, Say};
use yingke_app::goal::Measure;
use yingke_app::incident::{self, Incident};
use yingke_app::{House, Staff};
use yingke_domain::abuse::{Decision as Judged, MarkState, Sort};
use yingke_domain::access::Role;
use yingke_domain::bargain::{Form, State};
use yingke_domain::call::{Direction, Outcome};
use yingke_domain::conversation::{EntryKind, Live};
use yingke_domain::duty::{Group, List, Outcome as Ticked, Reason};
use yingke_domain::goal::Scope;
use yingke_domain::incident::{Decision, State as Finding};
use yingke_domain::notice::{Audience, Kind};
use yingke_kernel::{
    ApprovalId, BuyerId, CallId, ClientId, ConcessionId, ConversationId, Fen, MarkId, NoticeId, PersonId,
    Stamp, ThreadId,
};
use yingke_store::abuse::MarkRow;
use yingke_store::bargain::{ApprovalRow, ConcessionRow};
use yingke_store::call::CallRow;
use yingke_store::history::{self, PastConversation, PastEntry, PastThread};
use yingke_store::notice::{self, NoticeRow, Wording};
use yingke_store::{Lane, Tx, metric};

/// Mark that all this is written.
const DONE: &str = "demo-acts";
/// What is picked lies within these seconds: the past is written newest first, and older days may come later.
const RECENT: i64 = 40 * 3_600;
/// Lines of a group of a list that are ticked off.
const TICKED: usize = 4;
/// The longest that findings are waited for.
const PATIENCE: Duration = Duration::from_secs(180);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acts {
    notices: Vec<NoticeWords>,
    calls: Vec<CallWords>,
    strangers: Vec<Stranger>,
    bargains: Vec<BargainWords>,
    decisions: Vec<DecisionWords>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeWords {
    kind: String,
    urgent: bool,
    hours: i64,
    title: String,
    text: String,
    first: Option<FirstWords>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstWords {
    hours: i64,
    title: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallWords {
    direction: String,
    secs: Option<i64>,
    outcome: String,
    words: String,
    #[serde(default)]
    agreed: String,
    #[serde(default)]
    says: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stranger {
    name: String,
    hours: i64,
    who: usize,
    sort: String,
    state: String,
    /// Which line of the talk is marked; 0 = all of it.
    mark: usize,
    reason: String,
    #[serde(default)]
    note: String,
    talk: Vec<(i64, String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BargainWords {
    off: i64,
    form: String,
    reason: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    given: i64,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct DecisionWords {
    waive: bool,
    reason: String,
}

fn acts() -> Result<Acts> {
    toml::from_str(include_str!("words/acts.toml")).context("acts.toml of the demonstration")
}

/// An id of the seed's making.
fn id(at: Stamp, rng: &mut Rng) -> Uuid {
    let mut chance = [0u8; 10];
    rng.fill(&mut chance);
    uuid::Builder::from_unix_timestamp_millis(at.micros().max(0) as u64 / 1_000, &chance).into_uuid()
}

fn staff(person: PersonId, role: Role) -> Staff {
    Staff {
        person,
        name: String::new(),
        role,
        session: [0; 32],
    }
}

/// Everything that is stored as it is; made without the house, so that a test can look at it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Made {
    /// A notice, and its wording before it was corrected.
    pub(crate) notices: Vec<(NoticeRow, Option<Wording>)>,
    pub(crate) calls: Vec<CallRow>,
    pub(crate) threads: Vec<PastThread>,
    /// A mark, and what the supervisor says to it.
    pub(crate) marks: Vec<(MarkRow, Option<(Judged, String)>)>,
    pub(crate) given: Vec<ConcessionRow>,
    pub(crate) asked: Vec<ApprovalRow>,
}

/// Makes it of the world's buyers and orders.
///
/// # Errors
/// When the words have a name that is none.
pub(crate) fn made(
    plan: &Plan,
    world: &World,
    (supervisor, agents): (PersonId, &[PersonId]),
    until: Stamp,
    confirm_secs: i64,
) -> Result<Made> {
    let acts = acts()?;
    let mut rng = Rng::with_seed(plan.seed ^ 0xac75);
    let since = until.plus_secs(-RECENT);
    let recent: Vec<PastThread> = (0..world.customers.len())
        .filter(|n| world.customers[*n].last_at() > since)
        .filter_map(|n| world.thread_of(n, plan.shop, until))
        .filter(|t| t.live.last_at > since)
        .collect();
    let mut made = Made::default();
    for n in acts.notices {
        made.notices
            .push(notice_of(plan, n, (supervisor, agents), until, &mut rng)?);
    }
    let mut used: Vec<ThreadId> = Vec::new();
    for c in acts.calls {
        if let Some(row) = call_of(
            plan,
            c,
            &recent,
            agents,
            &mut used,
            (until, confirm_secs),
            &mut rng,
        )? {
            made.calls.push(row);
        }
    }
    for s in acts.strangers {
        let said = match s.state.as_str() {
            "open" => None,
            "confirmed" => Some((Judged::Confirm, s.note.clone())),
            "refused" => Some((Judged::Refuse, s.note.clone())),
            other => anyhow::bail!("a mark that is {other}"),
        };
        let (thread, mark) = stranger(plan, s, agents, until, &mut rng)?;
        made.threads.push(thread);
        made.marks.push((mark, said));
    }
    // An order whose buyer spoke with an agent in these days, each once.
    let mut sales = world
        .orders_until(until)
        .into_iter()
        .filter(|o| o.created > since && o.paid.is_some_and(|at| at <= until))
        .filter_map(|o| {
            let name = &world.customers[o.customer].name;
            let talk = recent.iter().find(|t| &t.name == name)?;
            let agent = talk.live.last_agent.filter(|a| agents.contains(a))?;
            Some((o.clone(), talk.thread, agent))
        });
    for b in acts.bargains {
        let Some(sale) = sales.next() else { break };
        bargain(plan, b, sale, supervisor, &mut made, &mut rng)?;
    }
    Ok(made)
}

fn notice_of(
    plan: &Plan,
    n: NoticeWords,
    (supervisor, agents): (PersonId, &[PersonId]),
    until: Stamp,
    rng: &mut Rng,
) -> Result<(NoticeRow, Option<Wording>)> {
    let ago = |hours: i64| until.plus_secs(-hours * 3_600);
    let at = ago(n.hours);
    let first = n.first.map(|f| Wording {
        revision: 1,
        title: f.title,
        text: f.text,
        urgent: n.urgent,
        person: supervisor,
        at: ago(f.hours),
    });
    let begun = first.as_ref().map_or(at, |f| f.at);
    let revision = if first.is_some() { 2 } else { 1 };
    // All but two of the corrected one; whoever tries the demonstration has the urgent one before them.
    let left = if first.is_some() { 2 } else { 0 };
    let seen = agents
        .iter()
        .take(agents.len().saturating_sub(left))
        .map(|a| (*a, at.plus_secs(rng.i64(40..2_400))))
        .collect();
    let row = NoticeRow {
        id: NoticeId(id(begun, rng)),
        shop: plan.shop,
        person: supervisor,
        at: begun,
        kind: Kind::parse(&n.kind).with_context(|| format!("a notice of kind {}", n.kind))?,
        audience: Audience::Shop,
        revision,
        until: None,
        ended_at: None,
        ended_by: None,
        reminded: 0,
        wording: Wording {
            revision,
            title: n.title,
            text: n.text,
            urgent: n.urgent,
            person: supervisor,
            at,
        },
        seen,
    };
    Ok((row, first))
}

/// A call with a buyer of these days: one that was confirmed by a message which says it, else the buyer who wrote last.
fn call_of(
    plan: &Plan,
    c: CallWords,
    recent: &[PastThread],
    agents: &[PersonId],
    used: &mut Vec<ThreadId>,
    (until, confirm_secs): (Stamp, i64),
    rng: &mut Rng,
) -> Result<Option<CallRow>> {
    let confirming = |t: &PastThread| {
        t.entries
            .iter()
            .rev()
            .find(|e| {
                e.sender == "agent"
                    && e.kind == EntryKind::Text
                    && c.says.iter().any(|words| e.text.contains(words))
            })
            .map(|e| (e.seq, e.at, PersonId(e.author)))
    };
    let picked = recent
        .iter()
        .filter(|t| t.phone.is_some() && !used.contains(&t.thread))
        .find_map(|t| {
            let by = if c.says.is_empty() {
                None
            } else {
                Some(confirming(t)?)
            };
            // Of the simulated agents', and long enough ago that somebody could have called since.
            let person = by.map(|(_, _, who)| who).or(t.live.last_agent)?;
            let is_over = t.live.last_at.plus_secs(900) <= until;
            if !agents.contains(&person) || !is_over {
                return None;
            }
            Some((t, by, person))
        });
    let Some((talk, by, person)) = picked else {
        return Ok(None);
    };
    used.push(talk.thread);
    let at = match by {
        Some((_, at, _)) => at.plus_secs(-rng.i64(240..900)),
        None => talk.live.last_at.plus_secs(rng.i64(120..900)),
    };
    Ok(Some(CallRow {
        id: CallId(id(at, rng)),
        shop: plan.shop,
        thread: Some(talk.thread),
        number: String::new(),
        phone: talk.phone.clone().unwrap_or_default(),
        direction: Direction::parse(&c.direction).with_context(|| format!("a call {}", c.direction))?,
        person,
        at,
        secs: c.secs,
        outcome: Outcome::parse(&c.outcome).with_context(|| format!("an outcome {}", c.outcome))?,
        words: c.words,
        due_at: (!c.agreed.is_empty()).then(|| at.plus_secs(confirm_secs)),
        agreed: c.agreed,
        confirmed_seq: by.map(|(seq, ..)| seq),
        confirmed_by: by.map(|(_, _, who)| who),
        confirmed_at: by.map(|(_, at, _)| at),
        changed_by: person,
        changed_at: by.map_or(at, |(_, at, _)| at),
    }))
}

/// Somebody whom nobody misses, their talk, and what was made of it.
fn stranger(
    plan: &Plan,
    s: Stranger,
    agents: &[PersonId],
    until: Stamp,
    rng: &mut Rng,
) -> Result<(PastThread, MarkRow)> {
    let begun = until.plus_secs(-s.hours * 3_600 - 1_800);
    let agent = *agents
        .get(s.who % agents.len().max(1))
        .context("nobody works in the shop")?;
    let (buyer, thread) = (BuyerId(id(begun, rng)), ThreadId(id(begun, rng)));
    let conversation = ConversationId(id(begun, rng));
    let mut entries: Vec<PastEntry> = Vec::new();
    let put = |entries: &mut Vec<PastEntry>, entry: PastEntry| {
        let seq = entries.len() as i64 + 1;
        entries.push(PastEntry {
            seq,
            conversation,
            ..entry
        });
        seq
    };
    let entry = |kind: EntryKind, at: Stamp| PastEntry {
        kind,
        at,
        ..PastEntry::default()
    };
    put(&mut entries, entry(EntryKind::Open, begun));
    let mut marked = 0;
    for (n, (minutes, who, words)) in s.talk.iter().enumerate() {
        let at = begun.plus_secs(minutes * 60 + n as i64 * 3);
        let is_buyer = who == "buyer";
        if !is_buyer && !entries.iter().any(|e| e.kind == EntryKind::Assign) {
            put(
                &mut entries,
                PastEntry {
                    to_agent: Some(agent.0),
                    ..entry(EntryKind::Assign, at)
                },
            );
        }
        let seq = put(
            &mut entries,
            PastEntry {
                sender: if is_buyer { "buyer" } else { "agent" },
                author: if is_buyer { buyer.0 } else { agent.0 },
                words: yingke_store::conversation::words(words),
                client_id: Some(ClientId(id(at, rng))),
                text: words.clone(),
                ..entry(EntryKind::Text, at)
            },
        );
        if n == s.mark {
            marked = seq;
        }
    }
    let last_message = entries.last().map_or(begun, |e| e.at);
    let over = last_message.plus_secs(600);
    put(
        &mut entries,
        PastEntry {
            sender: "agent",
            author: agent.0,
            agent: Some(agent.0),
            ..entry(EntryKind::Close, over)
        },
    );
    let at = last_message.plus_secs(120);
    let mark = MarkRow {
        id: MarkId(id(at, rng)),
        shop: plan.shop,
        thread,
        conversation,
        seq: marked,
        sort: Sort::parse(&s.sort).with_context(|| format!("words that are {}", s.sort))?,
        person: agent,
        at,
        reason: s.reason,
        answered: true,
        state: MarkState::Open,
        decided_by: None,
        decided_at: None,
        note: String::new(),
        entry: None,
    };
    let past = PastThread {
        shop: plan.shop,
        channel: super::PLATFORM.to_owned(),
        buyer,
        external: s.name.clone(),
        name: s.name,
        phone: None,
        city: None,
        remark: String::new(),
        attributes: "{}".to_owned(),
        tags: Vec::new(),
        created: begun,
        thread,
        live: Live {
            last_seq: entries.len() as i64,
            opened_at: begun,
            holder_since: over,
            last_at: over,
            last_message_at: last_message,
            last_agent: Some(agent),
            ..Live::default()
        },
        conversations: vec![PastConversation {
            id: conversation,
            opened: begun,
            last: over,
            closed: Some(over),
        }],
        entries,
    };
    Ok((past, mark))
}

/// A price that was talked about before the order was paid: what was paid is what it came to.
fn bargain(
    plan: &Plan,
    b: BargainWords,
    (order, thread, person): (Order, ThreadId, PersonId),
    supervisor: PersonId,
    made: &mut Made,
    rng: &mut Rng,
) -> Result<()> {
    let form = Form::parse(&b.form).with_context(|| format!("a price given as {}", b.form))?;
    let at = order.paid.unwrap_or(order.created).plus_secs(-rng.i64(60..240));
    let asked_at = at.plus_secs(-rng.i64(40..120));
    // Whole tenths of a yuan, of the price that stood before.
    let off = |thousandths: i64| order.gross_fen * thousandths / (1_000 - thousandths) / 10 * 10;
    let is_refused = b.answer == "refused";
    let given = match (b.answer.as_str(), b.given) {
        ("refused", _) => 0,
        (_, 0) => off(b.off),
        (_, given) => off(given),
    };
    let total = Fen(order.gross_fen + given);
    let approval = (!b.answer.is_empty()).then(|| ApprovalId(id(asked_at, rng)));
    if let Some(approval) = approval {
        made.asked.push(ApprovalRow {
            id: approval,
            shop: plan.shop,
            thread,
            order: Some(order.id),
            number: order.number.clone(),
            person,
            at: asked_at,
            total,
            asked: Fen(total.0 - off(b.off)),
            why: "beyond_limit".to_owned(),
            reason: b.reason.clone(),
            // What was offered instead was taken, too.
            state: if is_refused { State::Refused } else { State::Taken },
            answer: (!is_refused).then(|| Fen(total.0 - given)),
            answered_by: Some(supervisor),
            answered_at: Some(asked_at.plus_secs(rng.i64(8..30))),
            note: b.note,
        });
    }
    if !is_refused {
        made.given.push(ConcessionRow {
            id: ConcessionId(id(at, rng)),
            shop: plan.shop,
            thread,
            order: Some(order.id),
            number: order.number.clone(),
            person,
            at,
            total,
            off: Fen(given),
            form,
            supervised: approval.is_some(),
            approver: approval.map(|_| supervisor),
            approval,
            warned: false,
            reason: b.reason,
        });
    }
    Ok(())
}

/// Writes all of it, once for a folder, and ticks the lists of today in part. Findings are decided beside it, once there are some.
///
/// # Errors
/// When the store cannot be written.
pub(super) async fn write(
    house: &House,
    plan: &Plan,
    world: &Arc<World>,
    people: &People,
    until: Stamp,
    stop: &CancellationToken,
) -> Result<()> {
    let done = house
        .store()
        .read(|tx: &mut Tx<'_>| metric::derived_until(tx, DONE))
        .await?;
    if done.is_some() {
        return Ok(());
    }
    let confirm_secs = house.policy().call.confirm_within_secs;
    let made = {
        let (plan, world) = (plan.clone(), world.clone());
        let (supervisor, agents) = (people.supervisor, people.simulated.clone());
        tokio::task::spawn_blocking(move || made(&plan, &world, (supervisor, &agents), until, confirm_secs))
            .await??
    };
    let said = made.marks.clone();
    house
        .store()
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            put(tx, &made, until)?;
            metric::set_derived_until(tx, DONE, until)
        })
        .await?;
    // By the use case, for what is confirmed stands in the thread.
    let boss = staff(people.supervisor, Role::Supervisor);
    for (mark, said) in said {
        if let Some((what, words)) = said {
            yingke_app::abuse::decide(house, &boss, mark.id, what, &words)
                .await
                .map_err(told)?;
        }
    }
    goals(house, people).await?;
    lists(house, people).await?;
    let (house, supervisor, stop) = (house.clone(), people.supervisor, stop.clone());
    tokio::spawn(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            done = findings(&house, supervisor) => if let Err(error) = done {
                tracing::warn!("{error:#}; no finding of the demonstration is decided");
            }
        }
    });
    Ok(())
}

fn put(tx: &mut Tx<'_>, made: &Made, until: Stamp) -> yingke_store::Result<()> {
    for (row, first) in &made.notices {
        match first {
            None => notice::put(tx, row)?,
            Some(first) => {
                let begun = NoticeRow {
                    revision: 1,
                    wording: first.clone(),
                    ..row.clone()
                };
                notice::put(tx, &begun)?;
                notice::correct(tx, row.id, &row.wording, row.until)?;
            }
        }
        for (person, at) in &row.seen {
            notice::confirm(tx, row.id, *person, row.revision, *at)?;
        }
        notice::tell(tx, row.clone(), None, false);
    }
    history::write(tx, &made.threads, until)?;
    for call in &made.calls {
        yingke_store::call::log(tx, call)?;
    }
    for (mark, _) in &made.marks {
        yingke_store::abuse::propose(tx, mark)?;
    }
    for asked in &made.asked {
        let open = ApprovalRow {
            state: State::Open,
            answer: None,
            answered_by: None,
            answered_at: None,
            note: String::new(),
            ..asked.clone()
        };
        yingke_store::bargain::ask(tx, &open)?;
        yingke_store::bargain::settle(tx, asked)?;
    }
    for given in &made.given {
        yingke_store::bargain::give(tx, given)?;
    }
    Ok(())
}

/// Goals of every day: the team's, and of the buyers received a part for each.
async fn goals(house: &House, people: &People) -> Result<()> {
    let boss = staff(people.supervisor, Role::Supervisor);
    let each = people
        .simulated
        .iter()
        .map(|p| (Measure::Received, Some(*p), 30_000));
    let wanted = [
        (Measure::FirstReply, None, 25_000),
        (Measure::ThreeMinute, None, 960),
        (Measure::Unanswered, None, 5_000),
        (Measure::Received, None, 30_000 * people.simulated.len() as i64),
    ];
    let wanted = wanted.into_iter().chain(each).collect();
    yingke_app::goal::set(house, &boss, "main", Scope::Every, wanted)
        .await
        .map_err(told)?;
    Ok(())
}

/// Lists of today, half done: what the agents of the after-sales line have got to.
async fn lists(house: &House, people: &People) -> Result<()> {
    let Some(who) = people.simulated.last() else {
        return Ok(());
    };
    let one = staff(*who, Role::Agent);
    let say = |outcome, reason, note: &str| Say {
        outcome,
        reason,
        note: note.to_owned(),
        arrival: None,
    };
    let done = say(Ticked::Done, None, "");
    let called = say(Ticked::Done, None, "提醒过付款");
    let later = say(Ticked::Skipped, Some(Reason::Buyer), "买家说晚上再付");
    let stock = say(Ticked::Done, Some(Reason::Stock), "等补货，已告诉买家");
    let packed = say(Ticked::Done, Some(Reason::Warehouse), "仓库昨晚打包，今早出");
    for (list, group, some) in [
        (List::Opening, Group::Own, vec![done.clone(), done.clone()]),
        (List::Opening, Group::Unpaid, vec![called.clone(), called, later]),
        (List::Opening, Group::Unshipped, vec![done.clone(), stock.clone()]),
        (List::Early, Group::Own, vec![done]),
        (List::Early, Group::Yesterday, vec![packed.clone(), packed, stock]),
    ] {
        let (lines, _) = duty::more(house, &one, "main", list, group, false, None, None)
            .await
            .map_err(told)?;
        // One at least is left to do.
        let most = lines.len().saturating_sub(1).min(TICKED);
        for (line, say) in lines.iter().take(most).zip(some) {
            duty::tick(house, &one, "main", list, group, line.of, line.seq, say)
                .await
                .map_err(told)?;
        }
    }
    Ok(())
}

/// Decides the latest findings, as soon as the figures' follower has proposed enough of them.
async fn findings(house: &House, supervisor: PersonId) -> Result<()> {
    let acts = acts()?.decisions;
    let boss = staff(supervisor, Role::Supervisor);
    let begun = tokio::time::Instant::now();
    let found: Vec<Incident> = loop {
        let (from, to) = (Stamp::from_micros(0), house.now());
        let page = incident::list(
            house,
            &boss,
            None,
            from,
            to,
            None,
            None,
            Some(Finding::Proposed),
            None,
            20,
        )
        .await
        .map_err(told)?;
        let mut found = page.incidents;
        found.retain(|i| !i.running && i.person != Some(supervisor));
        if found.len() > acts.len() + 1 {
            break found;
        }
        if begun.elapsed() > PATIENCE {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
    };
    // The very latest stays open, and one is appealed after it was confirmed.
    let mut appealed = false;
    for (row, words) in found.iter().skip(1).zip(&acts) {
        let what = if words.waive {
            Decision::Waive
        } else {
            Decision::Confirm
        };
        incident::decide(house, &boss, vec![row.id], what, &words.reason)
            .await
            .map_err(told)?;
        if let (false, false, Some(person)) = (words.waive, appealed, row.person) {
            appealed = true;
            let text = "当时在帮另一位买家查物流，两边一起问的，麻烦再看一下";
            incident::appeal(house, &staff(person, Role::Agent), row.id, text)
                .await
                .map_err(told)?;
        }
    }
    Ok(())
}
