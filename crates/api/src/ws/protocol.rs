//! What travels over `/ws`, one JSON object a text frame. The same types stand in `openapi.json`, so that a new frame is a
//! compile error in the pages until they handle it.
//!
//! Order and loss: an entry carries its thread's sequence. Whoever watches a thread asks for all after the last entry it has
//! (`resume`), then applies `entry` frames with `seq == last + 1`, drops what it has, and resumes again on a gap. A `ping` names
//! the last sequence of the watched threads, so that a lost last entry is noticed. A sender keeps a message in its outbox until the
//! `ack` with its `client_id`; sending again is harmless.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a desk or a widget says.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ClientFrame {
    /// First frame of a widget whose browser keeps no cookie: the guest secret. Not needed when the cookie came with the upgrade.
    Hello {
        /// The guest secret of `POST /api/v1/widget/hello`.
        token: String,
    },
    /// A message. Answered by `ack` or `refused` with the same `client_id`.
    Send {
        /// The thread; a widget may leave it out (it has one).
        #[serde(default)]
        thread: Option<String>,
        /// UUIDv7 made by the client; a repeat with the same content gets the first answer.
        client_id: String,
        /// What it is.
        kind: MessageKind,
        /// The words; empty for everything but a text.
        #[serde(default)]
        text: String,
        /// The upload that a picture, a voice clip or a file consists of.
        #[serde(default)]
        file: Option<String>,
        /// Sequence of the message of this thread that this one answers to.
        #[serde(default)]
        quote: Option<i64>,
        /// What a card shows.
        #[serde(default)]
        card: Option<CardChoice>,
        /// Desk: send it although the guard warns of it; that is recorded. Without it such a text is `refused` as `guard_warned`.
        #[serde(default)]
        overrule: bool,
    },
    /// The buyer's mark for the last conversation (widget). Taken once it was asked for; again = the newer one counts.
    Rate {
        /// 1 (bad) to 5 (good).
        score: i64,
        /// The buyer's own words; may be empty.
        #[serde(default)]
        text: String,
    },
    /// What the buyer looks at now (widget). Never queued, the last one counts.
    Page {
        /// Title of the page.
        title: String,
        /// Its address, http or https.
        address: String,
        /// The shop's own number of the product that it shows.
        #[serde(default)]
        product: Option<String>,
    },
    /// Begin watching a thread, or go on after a gap: all entries after `after`, then live ones.
    Resume {
        /// The thread; a widget may leave it out.
        #[serde(default)]
        thread: Option<String>,
        /// The last sequence that the client has without a hole, 0 for none. Negative: the last `-after` entries.
        after: i64,
    },
    /// No longer watching a thread (the desk closed it).
    Unwatch {
        /// The thread.
        thread: String,
    },
    /// Everything up to `seq` was seen.
    Read {
        /// The thread; a widget may leave it out.
        #[serde(default)]
        thread: Option<String>,
        /// The highest sequence seen.
        seq: i64,
    },
    /// Composing, or no longer. Never queued, never stored; expires after 6 s.
    Typing {
        /// The thread; a widget may leave it out.
        #[serde(default)]
        thread: Option<String>,
        /// Whether the side is composing.
        on: bool,
    },
    /// The whole list again (desk): answered by `rows`.
    List,
    /// Somebody touched this desk: keeps the "still there?" clock of the server fresh. Sent at most once a minute.
    Active,
    /// Answer to `ping`.
    Pong,
}

/// Kinds of message that a client may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Words.
    Text,
    /// A picture that was uploaded before.
    Image,
    /// A card of a product or an order; the server takes the snapshot.
    Card,
    /// A voice clip that was uploaded before.
    Voice,
    /// A file that was uploaded before.
    File,
}

/// What a card is to show: `{"product": id}`, `{"order": id}` or `{"page": {…}}`. A buyer may send products, pages and own orders.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardChoice {
    /// A product of the shop, by id.
    Product(String),
    /// An order of the shop, by id.
    Order(String),
    /// A page of the shop's site that is no product of ours.
    Page(PageCard),
}

/// A page of the shop's site.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct PageCard {
    /// Its title.
    pub title: String,
    /// Its address, on one of the shop's sites.
    pub address: String,
    /// The price that it names.
    #[serde(default)]
    pub price_fen: Option<i64>,
    /// Address of a picture on the same site.
    #[serde(default)]
    pub picture: Option<String>,
    /// The shop's own number of the product that it shows: if the house knows it, the card is that product's.
    #[serde(default)]
    pub product: Option<String>,
}

/// What the server says.
#[expect(
    clippy::large_enum_variant,
    reason = "a frame lives until it is written out; a box would be one more allocation a message"
)]
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ServerFrame {
    /// First frame of every connection.
    Welcome {
        /// The server's clock, RFC 3339; rings are drawn against it.
        now: String,
        /// The connection's id, for logs.
        connection: String,
        /// The widget's own thread, absent for a desk.
        thread: Option<String>,
        /// Version of the server; a client of another version reloads when idle.
        version: String,
    },
    /// The message is stored (on disk) under this sequence.
    Ack {
        /// The client's id of the message.
        client_id: String,
        /// The thread.
        thread: String,
        /// Its place in the thread.
        seq: i64,
        /// The server's time of the message, RFC 3339.
        at: String,
    },
    /// The message was not taken and will not be; nothing was stored.
    Refused {
        /// The client's id of the message.
        client_id: String,
        /// Why.
        problem: ProblemBody,
    },
    /// A frame could not be acted upon.
    Problem {
        /// Why.
        problem: ProblemBody,
    },
    /// One new entry of a watched thread, or of a thread that this agent holds.
    Entry {
        /// The entry.
        entry: Entry,
        /// The thread's state after it (desk only).
        #[serde(skip_serializing_if = "Option::is_none")]
        live: Option<LiveState>,
    },
    /// Answer to `resume`: entries in order, without a hole, `from` excluded.
    Entries {
        /// The thread.
        thread: String,
        /// The sequence before the first of these.
        from: i64,
        /// The entries; more may follow in another frame when `more`.
        entries: Vec<Entry>,
        /// Another `entries` frame follows.
        more: bool,
        /// Last sequence of the thread at this moment.
        last_seq: i64,
        /// Highest sequence that the buyer has seen.
        buyer_read: i64,
        /// Highest sequence that the shop has seen.
        shop_read: i64,
        /// The thread's state (desk only).
        #[serde(skip_serializing_if = "Option::is_none")]
        live: Option<LiveState>,
        /// The conversation that the buyer is asked to judge (widget only).
        #[serde(skip_serializing_if = "Option::is_none")]
        ask_rating: Option<String>,
    },
    /// Answer to `list` (and sent once after `welcome` to a desk): all open conversations that this desk may see.
    Rows {
        /// The rows.
        rows: Vec<Row>,
        /// The server's clock.
        now: String,
    },
    /// A row came or changed; keep the one with the higher `rev`.
    Row {
        /// The row.
        row: Row,
    },
    /// A conversation of the list was closed.
    Gone {
        /// The thread.
        thread: String,
        /// Its `rev` at that moment.
        rev: i64,
    },
    /// The other side is composing, or no longer.
    Typing {
        /// The thread.
        thread: String,
        /// `buyer` or `agent`.
        from: String,
        /// Who, by name (never for the buyer's eyes more than the agent's display name).
        name: String,
        /// Whether composing.
        on: bool,
    },
    /// A side has seen everything up to `seq`.
    Read {
        /// The thread.
        thread: String,
        /// `buyer` or `shop`.
        by: String,
        /// The highest sequence seen.
        seq: i64,
    },
    /// The widget's place in the queue; 0 = being served (`agent` says by whom); `open` false = nobody is there, leave a message.
    Queue {
        /// 1 = next.
        place: i64,
        /// Name of the agent who serves, if any.
        agent: Option<String>,
        /// Whether any agent is online and the shop is open.
        open: bool,
        /// Seconds until somebody will answer, as far as one can say; null = nobody can.
        wait_secs: Option<i64>,
    },
    /// The buyer is asked to judge a conversation (widget only); answered by `rate`.
    Ask {
        /// The conversation.
        conversation: String,
    },
    /// Who else has a watched thread open (desk only), oneself left out; empty = nobody any more.
    Looking {
        /// The thread.
        thread: String,
        /// The colleagues.
        people: Vec<PersonRef>,
    },
    /// A colleague named this person in a private note (desk only).
    Mention {
        /// The note.
        mention: MentionRow,
    },
    /// The buyer of a watched or held thread looks at another page (desk only).
    Page {
        /// The thread.
        thread: String,
        /// The page; null = none any more.
        page: Option<BuyerPage>,
    },
    /// A request for a price was made, answered, taken or withdrawn; to who asked and to whoever answers (desk only).
    Approval {
        /// The request.
        approval: ApprovalRow,
    },
    /// Somebody was asked to look along with somebody who begins, has opened it, or need not any more; to both and to whoever leads
    /// (desk only).
    Pair {
        /// Who with whom.
        pair: PairRow,
        /// It is not over.
        open: bool,
    },
    /// Words were proposed to be abuse, or that was decided; to who proposed it and to whoever decides (desk only).
    Mark {
        /// The mark.
        mark: MarkRow,
    },
    /// A telephone call was logged, changed or confirmed; to who talked and to whoever overlooks it (desk only).
    Call {
        /// The call.
        call: CallRow,
    },
    /// Something was found wrong, or decided; to the person concerned and to whoever judges (desk only).
    Incident {
        /// The finding.
        incident: IncidentRow,
    },
    /// A notice to the team was posted, corrected, confirmed or withdrawn; to whom it is for and to whoever posts (desk only).
    Notice {
        /// As this viewer sees it.
        notice: Box<NoticeRow>,
        /// The viewer is reminded of it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reminder: bool,
    },
    /// Nobody has touched this person's desks for a while: is somebody there (desk only)? Any act, also the frame `active`, says yes.
    StillThere {
        /// When the person is set away otherwise, RFC 3339; null = it is settled.
        until: Option<String>,
    },
    /// Phrases changed (desk only): ask `GET /api/v1/phrase/phrases?after=` for what is newer than one has.
    Phrases {
        /// Shop code.
        shop: String,
        /// `team`, or `own`.
        set: String,
        /// The shop's count of changes after it.
        version: i64,
    },
    /// Something was ticked off on a list of the day, or taken back (desk only): whoever shows it asks again.
    Duty {
        /// Shop code.
        shop: String,
        /// `opening` or `early`.
        list: String,
        /// The shop's day, `YYYY-MM-DD`.
        day: String,
    },
    /// State of a colleague changed (desk only).
    Presence {
        /// The colleague.
        person: PresenceRow,
    },
    /// Every 15 s: last sequences of the watched threads.
    Ping {
        /// The server's clock.
        now: String,
        /// Thread to last sequence.
        last: BTreeMap<String, i64>,
    },
    /// The server closes the connection: `stopping`, `too_slow`, `signed_out`, `malformed` (ten bad frames in a row),
    /// `unavailable` (a send could not be answered: connect again and send what has no `ack`). All but `signed_out` mean: connect again.
    Bye {
        /// Why.
        reason: String,
    },
}

/// A numbered entry of a thread.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// The thread.
    pub thread: String,
    /// Its place in the thread, from 1, without holes.
    pub seq: i64,
    /// The conversation (episode) it belongs to.
    pub conversation: String,
    /// Server time, RFC 3339.
    pub at: String,
    /// `text image card voice file` are messages; `open assign transfer requeue close waive recall ask rating` are events
    /// (`ask`: the buyer was invited to rate); `note` is a private note of the house, `mark` says that words are abuse: for a
    /// buyer only a number.
    pub kind: String,
    /// `buyer agent bot auto system`.
    pub from: String,
    /// Name of who wrote or acted, as the viewer may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Id of the acting person (desk only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Words, empty for pure events.
    pub text: String,
    /// The picture of kind `image`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// The file of kind `file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRef>,
    /// The clip of kind `voice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<Voice>,
    /// What a `card` shows, as it was when it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// The message that this one answers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// Colleagues that a `note` names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<PersonRef>,
    /// What became of a price; on a `note` of the house's own making.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bargain: Option<BargainNote>,
    /// What became of a mark, a block or a report; on a `note` of the house's own making, and on `mark`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abuse: Option<AbuseNote>,
    /// Written while the buyer was blocked: nobody waits for an answer to it (desk only).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unheard: bool,
    /// The buyer's mark of kind `rating`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// The sender's id of its message (own messages are reconciled by it).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Name of the new holder of an assign or transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// A transfer that hands the matter up: an escalation (desk only).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub up: bool,
    /// Why the house gave it to them, for an `assign` or `transfer` of the house (desk only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyGiven>,
    /// Sequence that a recall refers to, or a mark (absent there = all that the buyer wrote).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refers: Option<i64>,
    /// Whether this message was recalled (its words are then empty).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recalled: bool,
}

/// Why the house gave a conversation to somebody (R-DESK-03, R-DESK-18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhyGiven {
    /// `last_agent skill grade load weight unanswered`.
    pub reason: String,
    /// The skill that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// The line on which it is served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The line that it waited for, when nobody was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// A large order with somebody who begins.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pair: bool,
    /// Weight of the seat.
    pub weight: i64,
    /// Conversations in hand before this one.
    pub load: i64,
    /// Conversations that they may hold.
    pub capacity: i64,
}

/// A picture as the viewer loads it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Image {
    /// The file.
    pub file: String,
    /// Address of the picture for this viewer.
    pub url: String,
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
}

/// A file as the viewer loads it: a download, never shown inside a page.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FileRef {
    /// The file.
    pub file: String,
    /// Address of the download for this viewer.
    pub url: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: i64,
    /// Its content type, as the sender said.
    pub mime: String,
}

/// A voice clip as the viewer plays it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Voice {
    /// The file.
    pub file: String,
    /// Address of the clip for this viewer.
    pub url: String,
    /// Length in seconds.
    pub secs: i64,
}

/// What a card shows, told apart by `card`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "card", rename_all = "snake_case")]
pub enum Card {
    /// A product, or a page of the shop's site (then `product` is null).
    Product {
        /// The product; null for a page.
        product: Option<String>,
        /// The shop's own number; empty for a page.
        code: String,
        /// Title.
        title: String,
        /// Price; null when the page names none.
        price_fen: Option<i64>,
        /// Price before a reduction.
        list_fen: Option<i64>,
        /// Address of the picture.
        picture: Option<String>,
        /// Address of its page.
        address: Option<String>,
        /// Pieces in stock when it was sent.
        stock: Option<i64>,
    },
    /// An order.
    Order {
        /// The order.
        order: Option<String>,
        /// The platform's number of it.
        number: String,
        /// The platform.
        platform: String,
        /// `unpaid paid shipped signed closed` or null when the platform's word is none of these.
        state: Option<String>,
        /// The platform's word for its state.
        state_text: String,
        /// What the buyer pays.
        amount_fen: i64,
        /// Pieces.
        quantity: i64,
        /// Title of its first line.
        title: String,
        /// Address of a picture.
        picture: Option<String>,
        /// When it was placed, RFC 3339.
        created_at: String,
    },
}

/// The message that another one answers to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Quote {
    /// Its sequence.
    pub seq: i64,
    /// Who wrote it: `buyer agent bot auto system`.
    pub from: String,
    /// Name of who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its kind.
    pub kind: String,
    /// Beginning of its words; empty when it was taken back.
    pub text: String,
}

/// Somebody of the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonRef {
    /// The person.
    pub person: String,
    /// Name.
    pub name: String,
}

/// The buyer's mark.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Rating {
    /// 1 (bad) to 5 (good).
    pub score: i64,
    /// The buyer's words.
    pub words: String,
}

/// What a buyer looks at.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BuyerPage {
    /// Title.
    pub title: String,
    /// Address.
    pub address: String,
    /// The shop's own number of the product that it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Since when, RFC 3339.
    pub at: String,
}

/// A private note that names somebody, for them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MentionRow {
    /// The thread.
    pub thread: String,
    /// The note.
    pub seq: i64,
    /// Who wrote it.
    pub by: String,
    /// Beginning of its words.
    pub text: String,
    /// When, RFC 3339.
    pub at: String,
    /// The buyer of the thread.
    pub buyer_name: String,
}

/// What the rules say about a thread now; the pages never work it out themselves.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LiveState {
    /// Grows with every change of the row.
    pub rev: i64,
    /// `queued`, `held` or `closed`.
    pub state: String,
    /// Who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Name of the holder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder_name: Option<String>,
    /// Since when, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_since: Option<String>,
    /// Since when the buyer waits for an answer (start of the ring), RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owed_since: Option<String>,
    /// First unanswered entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owed_seq: Option<i64>,
    /// Since when it stands in the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queued_since: Option<String>,
    /// Since when an answer is put off ("please wait" was said), RFC 3339 (R-DESK-08).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_since: Option<String>,
    /// The message that put it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_seq: Option<i64>,
    /// Last sequence.
    pub last_seq: i64,
    /// Time of the last message.
    pub last_at: String,
}

/// A row of the desk's list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Row {
    /// The thread.
    pub thread: String,
    /// Shop code.
    pub shop: String,
    /// `web`, `taobao`, …
    pub channel: String,
    /// The buyer.
    pub buyer: String,
    /// The buyer's name as shown.
    pub buyer_name: String,
    /// Whether the buyer had an earlier conversation.
    pub returning: bool,
    /// Beginning of the last message, `[图片]`-like kinds are given by `last_kind` with an empty text.
    pub last_text: String,
    /// Kind of the last message.
    pub last_kind: String,
    /// Who wrote the last message: `buyer agent bot auto system`.
    pub last_from: String,
    /// Messages of the buyer that the shop has not seen.
    pub unread: i64,
    /// Where the talk stands (R-DESK-06): `welcome dialogue bargaining payment logistics aftersales farewell`.
    pub stage: String,
    /// Tags of the buyer, three at most.
    pub tags: Vec<String>,
    /// The buyer wrote while nobody was there and waits for an answer: first in the list (R-DESK-11).
    pub left: bool,
    /// Somebody put it back to be read again.
    pub marked_unread: bool,
    /// A private note that this person has not seen names them.
    pub mentioned: bool,
    /// Why a waiting buyer comes before others (R-DESK-05): `unpaid_order cart product_question`.
    pub priority: Option<String>,
    /// The line on which it waits or is held (R-DESK-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// A large order or a large buyer (R-DESK-18).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub large: bool,
    /// Large, and with somebody who begins: a more experienced colleague is to look along (R-DESK-18).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pair: bool,
    /// Who was asked to look along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mate: Option<PersonRef>,
    /// Nobody listens to this buyer now (R-DESK-12): no ring, no queue.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
    /// State.
    pub live: LiveState,
}

/// Somebody experienced who looks along with somebody who begins, because much money is at stake (R-DESK-18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PairRow {
    /// The thread.
    pub thread: String,
    /// Shop code.
    pub shop: String,
    /// The buyer.
    pub buyer_name: String,
    /// Who begins, and holds it.
    pub junior: PersonRef,
    /// Who was asked.
    pub partner: PersonRef,
    /// Since when, RFC 3339.
    pub at: String,
    /// The partner has opened it.
    pub seen: bool,
}

/// A telephone call with a buyer (R-CHANNEL-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallRow {
    /// The call.
    pub id: String,
    /// Shop code.
    pub shop: String,
    /// The buyer's chat, if there is one.
    pub thread: Option<String>,
    /// The buyer's name; empty in frames, and where there is no chat.
    pub buyer_name: String,
    /// The platform's order number; empty = none.
    pub number: String,
    /// The telephone, masked; empty = not known.
    pub phone: String,
    /// `in` or `out`.
    pub direction: String,
    /// Who of the house talked.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// When, RFC 3339.
    pub at: String,
    /// How long, seconds.
    pub secs: Option<i64>,
    /// `settled agreed call_again no_answer declined wrong_number`.
    pub outcome: String,
    /// About what.
    pub words: String,
    /// What was agreed.
    pub agreed: String,
    /// Until when it must be confirmed in the chat, RFC 3339; null = it need not be.
    pub due_at: Option<String>,
    /// The message of the chat that confirms it.
    pub confirmed_seq: Option<i64>,
    /// Name of who wrote it.
    pub confirmed_by: Option<String>,
    /// When, RFC 3339.
    pub confirmed_at: Option<String>,
}

/// Words that somebody holds to be abuse (R-DESK-12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MarkRow {
    /// The mark.
    pub id: String,
    /// Shop code.
    pub shop: String,
    /// The thread.
    pub thread: String,
    /// The buyer's message; null = all that they wrote in the conversation.
    pub seq: Option<i64>,
    /// `harassing irrelevant malicious`.
    pub sort: String,
    /// Who proposed it.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// When, RFC 3339.
    pub at: String,
    /// Why, in their words.
    pub reason: String,
    /// `open confirmed refused withdrawn`.
    pub state: String,
    /// Name of who decided.
    pub decided_by: Option<String>,
    /// When, RFC 3339.
    pub decided_at: Option<String>,
    /// Their words.
    pub note: String,
    /// Sequence of what stands in the thread since it was confirmed.
    pub entry: Option<i64>,
}

/// What became of a mark, a block or a report, as it stands in the thread (R-DESK-12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AbuseNote {
    /// `proposed confirmed refused withdrawn blocked lifted reported`.
    pub what: String,
    /// Of a mark: `harassing irrelevant malicious`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Of a mark: which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Of a mark: the message; absent = all that the buyer wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Of a block: when it ends by itself, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// A request to the supervisor for a price (R-BARGAIN-02). Amounts in fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApprovalRow {
    /// The request.
    pub id: String,
    /// Shop code.
    pub shop: String,
    /// The thread.
    pub thread: String,
    /// The order, if the house knows it.
    pub order: Option<String>,
    /// The platform's number of the order; empty while there is none.
    pub number: String,
    /// Who asks.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// When, RFC 3339.
    pub at: String,
    /// The order's price.
    pub total_fen: i64,
    /// The price asked for.
    pub asked_fen: i64,
    /// Why it is the supervisor's: `beyond_limit used_up large_order`.
    pub why: String,
    /// The agent's words.
    pub reason: String,
    /// `open granted countered refused taken withdrawn`.
    pub state: String,
    /// The price granted, or offered instead.
    pub answer_fen: Option<i64>,
    /// Name of who answered.
    pub answered_by: Option<String>,
    /// When, RFC 3339.
    pub answered_at: Option<String>,
    /// The supervisor's words.
    pub note: String,
}

/// What became of a price, as it stands in the thread (R-BARGAIN-04). Amounts in fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BargainNote {
    /// `conceded asked granted countered refused taken withdrawn`.
    pub what: String,
    /// The request that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// The order's price.
    pub total_fen: i64,
    /// The price given, asked for, or offered.
    pub price_fen: i64,
    /// In which form it was given: `price freight coupon transfer gift`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
}

/// Something that was found wrong (R-FINE-01).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IncidentRow {
    /// The finding.
    pub id: String,
    /// Shop code.
    pub shop: String,
    /// Rule: `R-RESP-03`.
    pub rule: String,
    /// What it is about: `turn conversation idle month`.
    pub kind: String,
    /// Who is judged; null = the queue.
    pub person: Option<String>,
    /// Their name.
    pub person_name: Option<String>,
    /// The thread that shows it.
    pub thread: Option<String>,
    /// The buyer's message that it begins with.
    pub seq: Option<i64>,
    /// The fact's time, RFC 3339.
    pub at: String,
    /// What is judged begins.
    pub from: String,
    /// What is judged ends.
    pub to: String,
    /// Whole seconds; a month: how many slow answers.
    pub secs: i64,
    /// R-RESP-04: limit that was passed, 1 or 2; else 0.
    pub tier: i64,
    /// Fen that the policy names for it.
    pub amount_fen: i64,
    /// It goes on: nothing can be decided yet.
    pub running: bool,
    /// It still follows from the facts.
    pub stands: bool,
    /// The finding of the same span that costs instead.
    pub absorbed_by: Option<String>,
    /// `proposed confirmed waived appealed`.
    pub state: String,
    /// Name of who decided last.
    pub decided_by: Option<String>,
    /// When, RFC 3339.
    pub decided_at: Option<String>,
    /// Why.
    pub reason: String,
    /// What the agent says against it.
    pub appeal: String,
}

/// A notice to the team (R-TEAM-03), as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeRow {
    /// The notice.
    pub id: String,
    /// Shop code.
    pub shop: String,
    /// `goods activity rule other`.
    pub kind: String,
    /// For whom: `shop line people`.
    pub audience: String,
    /// The line.
    pub line: Option<String>,
    /// The people.
    pub people: Vec<PersonRef>,
    /// The title.
    pub title: String,
    /// The words.
    pub text: String,
    /// To be confirmed before the first conversation of a shift (R-DUTY-05).
    pub urgent: bool,
    /// Name of who posted it.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// The wording in force, from 1.
    pub revision: i64,
    /// Name of who wrote this wording.
    pub changed_by: String,
    /// When, RFC 3339.
    pub changed_at: String,
    /// It ends by itself then, RFC 3339.
    pub until: Option<String>,
    /// When it was withdrawn.
    pub ended_at: Option<String>,
    /// Name of who withdrew it.
    pub ended_by: Option<String>,
    /// Nobody withdrew it and its end has not come.
    pub in_force: bool,
    /// It is for the viewer.
    pub mine: bool,
    /// When the viewer confirmed this wording.
    pub confirmed_at: Option<String>,
    /// The viewer gets no new conversations before they have confirmed it.
    pub blocks: bool,
    /// The rest was reminded of this wording.
    pub reminded: bool,
    /// How many of those for whom it is have confirmed this wording; null for whoever does not post.
    pub read: Option<i64>,
    /// How many they are; null for whoever does not post.
    pub readers: Option<i64>,
}

/// A colleague's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresenceRow {
    /// The person.
    pub person: String,
    /// Name.
    pub name: String,
    /// `online suspended away offline`.
    pub state: String,
    /// Conversations held.
    pub load: i64,
    /// Most conversations at once.
    pub capacity: i64,
    /// Line of work (R-DESK-03).
    #[serde(default)]
    pub line: Option<String>,
    /// `owner supervisor agent`.
    #[serde(default)]
    pub role: String,
    /// Codes of the shops that they work for.
    #[serde(default)]
    pub shops: Vec<String>,
    /// Since when the desk asks whether they are still there (R-RESP-06).
    #[serde(default)]
    pub asked_at: Option<String>,
}

/// RFC 9457, the part that the pages use.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// `urn:yingke:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code: key of the sentence in the pages' catalogue.
    pub code: String,
    /// HTTP status.
    pub status: u16,
    /// English sentence.
    pub detail: String,
    /// To desks, with `guard_blocked` and `guard_warned`: what was found in the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<GuardFinding>>,
}

/// What was found in a draft. Places are characters (Unicode scalar values), the end excluded.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GuardFinding {
    /// `R-SPEECH-03`; `SHOP` for a word of the shop's own.
    pub rule: String,
    /// `block`, `warn` or `hint`.
    pub severity: String,
    /// First character of the words.
    pub from: usize,
    /// First character after them.
    pub to: usize,
    /// Why: key of the sentence in the pages' catalogue (`reasons.*.json`).
    pub code: String,
    /// What the sentence names in braces.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// The sentence itself, for whoever has no catalogue: in the language that was asked for, of a refused message in Chinese.
    pub reason: String,
    /// A better wording, for the buyer to read; null where none is known.
    pub better: Option<String>,
    /// First character of what the better wording takes the place of.
    pub take_from: usize,
    /// First character after that.
    pub take_to: usize,
}
