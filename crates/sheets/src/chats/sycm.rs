//! The analysis console's JSON: sessions, each with its messages. The document may be one line of any length, so it is
//! walked byte by byte and only one session is held at a time.

use super::{ChatOptions, ChatRecord, From, Kind, account_kind, is_shop_account, plain_nick};
use crate::{
    cells::civil_time,
    error::{Item, Refusal},
    text::Blocks,
};
use serde_json::{Map, Value};
use std::{collections::VecDeque, io};
use yingke_kernel::{Stamp, Zone};

/// A longer session is refused; the one after it is read.
const MAX_SESSION: usize = 4 << 20;
/// Keys under which a document keeps its sessions.
const WRAPPERS: [&str; 4] = ["data", "sessions", "result", "list"];
/// Keys under which a session keeps its messages.
const MESSAGES: [&str; 3] = ["msgList", "messages", "records"];

/// Whether the document's first object is itself a session.
pub(super) fn first_is_session(head: &str) -> bool {
    let keys = first_keys(head);
    !is_chat_line(&keys)
        && keys.iter().any(|key| {
            MESSAGES.contains(&key.as_str())
                || ["dataId", "buyerNick", "psnNickName", "gmtCreated"].contains(&key.as_str())
        })
}

/// Whether the document's first object holds sessions.
pub(super) fn first_is_wrapper(head: &str) -> bool {
    let keys = first_keys(head);
    !is_chat_line(&keys) && keys.iter().any(|key| WRAPPERS.contains(&key.as_str()))
}

/// Our own lines may carry any other field, also one that is called like a wrapper.
fn is_chat_line(keys: &[String]) -> bool {
    keys.iter().any(|key| key == "from") && keys.iter().any(|key| key == "at")
}

/// The keys of the first object, as far as the head goes.
fn first_keys(head: &str) -> Vec<String> {
    let bytes = head.as_bytes();
    let mut keys = Vec::new();
    let (mut depth, mut at) = (0usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            b'"' => {
                let Some(end) = string_end(bytes, at + 1) else {
                    break;
                };
                let colon = bytes[end + 1..].iter().find(|b| !b.is_ascii_whitespace()) == Some(&b':');
                if depth == 1 && colon {
                    keys.push(head[at + 1..end].to_owned());
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

/// Where a JSON string that begins at `at` has its closing quote.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(b'"', b'\\', &bytes[at..])?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
        if at > bytes.len() {
            return None;
        }
    }
}

/// Where the walk is.
enum Frame {
    /// In an object that may hold sessions.
    Wrapper,
    /// In an array of sessions.
    Sessions,
}

pub(super) struct Sessions {
    walk: Walk,
    /// Objects outside any array are sessions.
    bare: bool,
    frames: Vec<Frame>,
    ready: VecDeque<Item<ChatRecord>>,
    zone: Zone,
    options: ChatOptions,
    ended: bool,
}

impl Sessions {
    pub(super) fn new(blocks: Blocks, bare: bool, zone: Zone, options: ChatOptions) -> Self {
        Self {
            walk: Walk { blocks, line: 1 },
            bare,
            frames: Vec::new(),
            ready: VecDeque::new(),
            zone,
            options,
            ended: false,
        }
    }
}

impl Iterator for Sessions {
    type Item = Item<ChatRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            if self.ended {
                return None;
            }
            match self.session() {
                Ok(Some((line, bytes))) => self.read(line, &bytes),
                Ok(None) => self.ended = true,
                Err(Stop::Refused(refusal)) => return Some(Item::Refused(refusal)),
                Err(Stop::Broken(refusal)) => {
                    self.ended = true;
                    return Some(Item::Refused(refusal));
                }
            }
        }
    }
}

/// Why there is no session here.
enum Stop {
    /// The walk goes on behind it.
    Refused(Refusal),
    /// The document cannot be walked further.
    Broken(Refusal),
}

impl Sessions {
    /// The next session's bytes and first line; `None` at the end of the document.
    fn session(&mut self) -> Result<Option<(u64, Vec<u8>)>, Stop> {
        loop {
            let Some(byte) = self.walk.token()? else {
                return if self.frames.is_empty() {
                    Ok(None)
                } else {
                    Err(self.walk.broken("breaks off before its end"))
                };
            };
            match (self.frames.last(), byte) {
                (None, b'[') => {
                    self.walk.bump();
                    self.frames.push(Frame::Sessions);
                }
                (None, b'{') if !self.bare => {
                    self.walk.bump();
                    self.frames.push(Frame::Wrapper);
                }
                (None | Some(Frame::Sessions), b'{') => return self.walk.capture(MAX_SESSION).map(Some),
                (Some(Frame::Sessions), b']') | (Some(Frame::Wrapper), b'}') => {
                    self.walk.bump();
                    self.frames.pop();
                }
                (Some(_), b',') => self.walk.bump(),
                (Some(Frame::Wrapper), b'"') => {
                    let (_, key) = self.walk.capture(1 << 16)?;
                    if self.walk.token()? != Some(b':') {
                        return Err(self.walk.broken("has a key without a colon"));
                    }
                    self.walk.bump();
                    let key: String = serde_json::from_slice(&key).unwrap_or_default();
                    match self.walk.token()? {
                        Some(b'[') if WRAPPERS.contains(&key.as_str()) => {
                            self.walk.bump();
                            self.frames.push(Frame::Sessions);
                        }
                        Some(b'{') if WRAPPERS.contains(&key.as_str()) && self.frames.len() < 8 => {
                            self.walk.bump();
                            self.frames.push(Frame::Wrapper);
                        }
                        _ => self.walk.skip()?,
                    }
                }
                (Some(Frame::Sessions), _) => {
                    let line = self.walk.line;
                    self.walk.skip()?;
                    return Err(Stop::Refused(Refusal::line(
                        line,
                        "is no session: an object with its messages is expected",
                    )));
                }
                _ => return Err(self.walk.broken("is no JSON from here on")),
            }
        }
    }

    fn read(&mut self, line: u64, bytes: &[u8]) {
        let session: Map<String, Value> = match serde_json::from_slice(bytes) {
            Ok(session) => session,
            Err(e) => {
                let at = line + (e.line() as u64).saturating_sub(1);
                let reason =
                    format!("the session that begins on line {line} is no valid JSON ({e}): export it again");
                self.ready.push_back(Item::Refused(Refusal::line(at, reason)));
                return;
            }
        };
        let head = Session::read(&session, &self.options);
        if let Some((key, value)) = MESSAGES
            .iter()
            .find_map(|key| session.get(*key).map(|value| (*key, value)))
        {
            let Some(messages) = value.as_array() else {
                let shown = value.to_string();
                let refusal = Refusal::cell(line, key, &shown, "must be the list of the session's messages");
                self.ready.push_back(Item::Refused(refusal));
                return;
            };
            let lines = element_lines(bytes, key, line, messages.len());
            for (message, at) in messages.iter().zip(lines) {
                let item = head.message(at, message, &self.zone, &self.options, &self.walk.blocks);
                self.ready.push_back(Item::from_result(at, item));
            }
        } else if session.contains_key("gmtCreated") {
            // A list of messages without sessions around them.
            let message = Value::Object(session);
            let item = head.message(line, &message, &self.zone, &self.options, &self.walk.blocks);
            self.ready.push_back(Item::from_result(line, item));
        } else {
            let reason = format!(
                "is a session without messages: one of {} is expected",
                MESSAGES.join(", ")
            );
            self.ready.push_back(Item::Refused(Refusal::line(line, reason)));
        }
    }
}

/// The lines on which the messages begin; all the session's line if they cannot be found.
fn element_lines(bytes: &[u8], key: &str, first: u64, count: usize) -> Vec<u64> {
    let mut lines = Vec::with_capacity(count);
    let (mut depth, mut at, mut line) = (0usize, 0, first);
    let mut inside = false;
    let mut fresh = false;
    while at < bytes.len() {
        let byte = bytes[at];
        if inside && depth == 2 && fresh && !byte.is_ascii_whitespace() && byte != b']' {
            lines.push(line);
            fresh = false;
        }
        match byte {
            b'\n' => line += 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if inside && depth == 1 {
                    break;
                }
            }
            b',' if inside && depth == 2 => fresh = true,
            b'"' => {
                let Some(end) = string_end(bytes, at + 1) else {
                    break;
                };
                let colon = bytes[end + 1..].iter().position(|b| !b.is_ascii_whitespace());
                let value = colon.filter(|n| bytes[end + 1 + n] == b':').and_then(|n| {
                    bytes[end + 2 + n..]
                        .iter()
                        .position(|b| !b.is_ascii_whitespace())
                        .map(|m| end + 2 + n + m)
                });
                if depth == 1
                    && !inside
                    && &bytes[at + 1..end] == key.as_bytes()
                    && let Some(value) = value
                {
                    line += memchr::memchr_iter(b'\n', &bytes[end..value]).count() as u64;
                    at = value;
                    inside = bytes[value] == b'[';
                    fresh = inside;
                    depth += usize::from(matches!(bytes[value], b'[' | b'{'));
                    at += 1;
                    continue;
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    if lines.len() != count {
        lines = vec![first; count];
    }
    lines
}

/// What a session says about all its messages.
struct Session {
    conversation: Option<String>,
    buyer: Option<String>,
    agents: Vec<String>,
}

impl Session {
    fn read(fields: &Map<String, Value>, options: &ChatOptions) -> Self {
        let nick = |name| {
            text_of(fields, name)
                .map(|nick| plain_nick(&nick).to_owned())
                .filter(|nick| !nick.is_empty())
        };
        let agents: Vec<String> = ["psnNickName", "accountNick"]
            .into_iter()
            .filter_map(nick)
            .collect();
        let shop = |nick: &String| agents.contains(nick) || is_shop_account(nick, &options.accounts);
        let buyer = nick("buyerNick").filter(|buyer| !shop(buyer));
        Self {
            conversation: text_of(fields, "dataId").filter(|id| !id.is_empty()),
            buyer,
            agents,
        }
    }

    fn message(
        &self,
        line: u64,
        message: &Value,
        zone: &Zone,
        options: &ChatOptions,
        blocks: &Blocks,
    ) -> Result<ChatRecord, Refusal> {
        let Some(fields) = message.as_object() else {
            return Err(Refusal::cell(
                line,
                "msgList",
                &message.to_string(),
                "a message must be an object",
            ));
        };
        let at = moment(line, fields, zone)?;
        let nick = |name| {
            text_of(fields, name)
                .map(|nick| plain_nick(&nick).to_owned())
                .filter(|nick| !nick.is_empty())
        };
        let Some(sender) = nick("userNickFrom") else {
            return Err(Refusal::missing(
                line,
                "userNickFrom",
                "is missing: every message needs who wrote it",
            ));
        };
        let receiver = nick("userNickTo");
        let ours = |nick: &str| {
            self.agents.iter().any(|agent| agent == nick) || is_shop_account(nick, &options.accounts)
        };
        let is_buyer = |nick: &str| self.buyer.as_deref() == Some(nick);
        let receiver_ours = receiver.as_deref().is_some_and(ours);
        let receiver_buys = receiver.as_deref().is_some_and(is_buyer);
        // The buyer's name is masked in the session and may be whole in the message, so the shop's side decides too.
        let (from, agent, other) = if ours(&sender) {
            (
                account_kind(&sender),
                Some(sender),
                receiver.filter(|nick| !ours(nick)),
            )
        } else if is_buyer(&sender) || receiver_ours {
            let agent = receiver
                .filter(|nick| ours(nick))
                .or_else(|| self.agents.first().cloned());
            (From::Buyer, agent, Some(sender))
        } else if receiver_buys {
            (account_kind(&sender), Some(sender), receiver)
        } else {
            let reason = "is neither the session's buyer nor an account of the shop: name the shop's accounts with --account";
            return Err(Refusal::cell(line, "userNickFrom", &sender, reason));
        };
        let Some(buyer) = self.buyer.clone().or(other) else {
            return Err(Refusal::missing(
                line,
                "buyerNick",
                "is missing: the session does not say who the buyer is",
            ));
        };
        let (text, kind) = match fields.get("msg") {
            Some(Value::String(text)) if !text.trim().is_empty() => (text.clone(), Kind::Text),
            // The console leaves out what is no text; that it was sent still counts.
            Some(Value::String(_) | Value::Null) => (String::new(), Kind::Card),
            Some(other) => (other.to_string(), Kind::Card),
            None => {
                return Err(Refusal::missing(
                    line,
                    "msg",
                    "is missing: every message needs its text",
                ));
            }
        };
        if text.contains('\0') || blocks.damaged(&text) {
            let reason = "holds characters that are no text: export the chats again as UTF-8";
            return Err(Refusal::cell(line, "msg", &text, reason));
        }
        Ok(ChatRecord {
            shop: options.shop.clone(),
            channel: options.channel.clone().unwrap_or_else(|| "taobao".to_owned()),
            conversation: self.conversation.clone(),
            buyer,
            agent,
            at,
            from,
            kind,
            text,
            id: text_of(fields, "msgId").filter(|id| !id.is_empty()),
            to_agent: None,
        })
    }
}

/// A text, or a whole number by its digits.
fn text_of(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match fields.get(name)? {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// `gmtCreated`: a reading of the shop's wall clock, RFC 3339, or milliseconds since 1970.
fn moment(line: u64, fields: &Map<String, Value>, zone: &Zone) -> Result<Stamp, Refusal> {
    const COLUMN: &str = "gmtCreated";
    match fields.get(COLUMN) {
        Some(Value::Number(number)) => {
            // Up to the year 9999, so that the instant can be printed.
            if let Some(millis) = number
                .as_i64()
                .filter(|millis| (0..253_402_300_800_000).contains(millis))
            {
                return Ok(Stamp::from_micros(millis * 1_000));
            }
        }
        Some(Value::String(text)) => {
            if let Some(civil) = civil_time(text) {
                return Ok(zone.stamp(civil));
            }
            if let Ok(at) = Stamp::parse(text) {
                return Ok(at);
            }
        }
        _ => {
            return Err(Refusal::missing(
                line,
                COLUMN,
                "is missing: every message needs its time",
            ));
        }
    }
    let shown = fields.get(COLUMN).map(Value::to_string).unwrap_or_default();
    Err(Refusal::cell(
        line,
        COLUMN,
        &shown,
        "is no time: write it as 2026-05-27 23:16:41.000",
    ))
}

/// Byte by byte through the document.
struct Walk {
    blocks: Blocks,
    line: u64,
}

impl Walk {
    fn broken(&self, what: &str) -> Stop {
        Stop::Broken(Refusal::line(
            self.line,
            format!("the JSON {what}: export it again; sessions before this line were read"),
        ))
    }

    fn stopped(line: u64, error: &io::Error) -> Stop {
        Stop::Broken(Refusal::stopped(line, error))
    }

    /// The next byte that is no white space, not consumed.
    fn token(&mut self) -> Result<Option<u8>, Stop> {
        let end = self.blocks.line_end();
        loop {
            let line = self.line;
            let block = self.blocks.fill().map_err(|e| Self::stopped(line, &e))?;
            if block.is_empty() {
                return Ok(None);
            }
            let blank = block.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let found = block.get(blank).copied();
            self.line += memchr::memchr_iter(end, &block[..blank]).count() as u64;
            self.blocks.consume(blank);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Past the byte that [`Walk::token`] showed.
    fn bump(&mut self) {
        self.blocks.consume(1);
    }

    /// Past one value of any kind.
    fn skip(&mut self) -> Result<(), Stop> {
        match self.capture(0) {
            Ok(_) | Err(Stop::Refused(_)) => Ok(()),
            Err(stop) => Err(stop),
        }
    }

    /// One value: its first line and its bytes. Over `limit` it is refused, and the walk stands behind it.
    fn capture(&mut self, limit: usize) -> Result<(u64, Vec<u8>), Stop> {
        let end = self.blocks.line_end();
        let start = self.line;
        let mut kept = Vec::new();
        let mut too_long = false;
        let (mut depth, mut quoted, mut escaped, mut done) = (0u32, false, false, false);
        let mut first = true;
        while !done {
            let line = self.line;
            let block = self.blocks.fill().map_err(|e| Self::stopped(line, &e))?;
            if block.is_empty() {
                if depth == 0 && !quoted && !first {
                    break;
                }
                return Err(self.broken("breaks off before its end"));
            }
            let mut used = 0;
            for byte in block {
                if quoted {
                    used += 1;
                    if escaped {
                        escaped = false;
                    } else if *byte == b'\\' {
                        escaped = true;
                    } else if *byte == b'"' {
                        quoted = false;
                        done = depth == 0;
                    }
                } else {
                    match byte {
                        b'"' => quoted = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' if depth > 0 => {
                            depth -= 1;
                            done = depth == 0;
                        }
                        // The end of a bare number or word; its delimiter is not part of it.
                        b'}' | b']' | b',' if depth == 0 && !first => {
                            done = true;
                            break;
                        }
                        b if depth == 0 && !first && b.is_ascii_whitespace() => {
                            done = true;
                            break;
                        }
                        _ => {}
                    }
                    used += 1;
                }
                first = false;
                if done {
                    break;
                }
            }
            self.line += memchr::memchr_iter(end, &block[..used]).count() as u64;
            if kept.len() + used > limit {
                too_long = true;
                kept = Vec::new();
            }
            if !too_long {
                kept.extend_from_slice(&block[..used]);
            }
            self.blocks.consume(used);
        }
        if too_long {
            let reason = "the session is longer than 4 MiB: export fewer days at a time";
            return Err(Stop::Refused(Refusal::line(start, reason)));
        }
        Ok((start, kept))
    }
}
