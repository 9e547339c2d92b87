//! Text copied from the platform's chat window.
//!
//! Header forms: `nick 2026-1-5 9:03:07`, `nick2026-1-5 9:03:07`, `A --> B 2026-01-05 09:03:07`,
//! `[nick] 2026-01-05 09:03:07`, and the nick on one line with the time on the next. What follows up to the next header is
//! the message, without the window's own lines (read marks, recall notices, product cards, transfers).
//!
//! The file is read twice: who speaks in it decides who is the shop.

use super::{ChatOptions, ChatRecord, From, Kind, account_kind, is_shop_account, plain_nick};
use crate::{
    cells::civil_time,
    error::{Fault, FileError, Item, Refusal},
    text::{Line, Lines, Text},
};
use jiff::civil;
use std::io;
use yingke_kernel::Zone;

/// A longer message has lost its next header.
const MAX_MESSAGE: usize = 1 << 20;
const MAX_NICK: usize = 64;
/// So many names are remembered.
const MAX_NICKS: usize = 64;

/// Whether a line alone could be a header; the recogniser of layouts asks.
pub(super) fn looks_like_header(line: &str) -> bool {
    matches!(header(line), Some((who, Some(_))) if !matches!(who, Who::Above) || line.len() <= 19)
}

#[derive(Debug, Clone, PartialEq)]
enum Who {
    /// `nick time`, `[nick] time`, or nick above time.
    One(String),
    /// `from --> to time`.
    Pair(String, String),
    /// A time alone: the name stands on the line above.
    Above,
}

/// A header's names and reading; the reading is `None` when it is no day or hour.
fn header(line: &str) -> Option<(Who, Option<civil::DateTime>)> {
    let line = line.trim();
    let (before, time) = split_reading(line)?;
    let before = before.trim_end();
    let who = if before.is_empty() {
        Who::Above
    } else if let Some((from, to)) = before.split_once("-->") {
        let (from, to) = (plain_nick(from), plain_nick(to));
        if from.is_empty()
            || to.is_empty()
            || from.chars().count() > MAX_NICK
            || to.chars().count() > MAX_NICK
        {
            return None;
        }
        Who::Pair(from.to_owned(), to.to_owned())
    } else if let Some(nick) = before.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let nick = plain_nick(nick);
        if nick.is_empty() || nick.chars().count() > MAX_NICK {
            return None;
        }
        Who::One(nick.to_owned())
    } else {
        if !is_nick(before) {
            return None;
        }
        Who::One(plain_nick(before).to_owned())
    };
    Some((who, civil_time(time)))
}

/// Cuts `2026-1-5 9:03:07` off the end of a line. The year has four digits, so a nick may end in digits.
fn split_reading(line: &str) -> Option<(&str, &str)> {
    let bytes = line.as_bytes();
    let digits = |at: usize, most: usize| {
        bytes[..at]
            .iter()
            .rev()
            .take(most)
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let take = |at: usize, least: usize, most: usize| -> Option<usize> {
        let count = digits(at, most);
        (count >= least).then(|| at - count)
    };
    let sign = |at: usize, any: &[u8]| -> Option<usize> {
        let before = at.checked_sub(1)?;
        any.contains(&bytes[before]).then_some(before)
    };
    let mut at = take(bytes.len(), 2, 2)?;
    at = sign(at, b":")?;
    at = take(at, 2, 2)?;
    at = sign(at, b":")?;
    at = take(at, 1, 2)?;
    let spaces = bytes[..at].iter().rev().take_while(|b| **b == b' ').count();
    if spaces == 0 {
        return None;
    }
    at -= spaces;
    at = take(at, 1, 2)?;
    at = sign(at, b"-/")?;
    at = take(at, 1, 2)?;
    at = sign(at, b"-/")?;
    at = take(at, 4, 4)?;
    Some((&line[..at], &line[at..]))
}

/// Names as the platform allows and masks them: one word of letters, digits and a few signs.
fn is_nick(text: &str) -> bool {
    let text = text.trim();
    let sign = |c: char| {
        matches!(
            c,
            '_' | ':' | '：' | '*' | '-' | '.' | '·' | '(' | ')' | '（' | '）' | '@' | '~' | '&'
        )
    };
    !text.is_empty()
        && text.chars().count() <= MAX_NICK
        && text.chars().all(|c| c.is_alphanumeric() || sign(c))
        && text.chars().any(char::is_alphanumeric)
        && !text.ends_with([':', '：'])
}

/// Lines that the window writes between the messages.
fn is_window_line(line: &str) -> bool {
    let line = line.trim();
    let starts = |any: &[&str]| any.iter().any(|word| line.starts_with(word));
    matches!(
        line,
        "已读" | "未读" | "发送中" | "千牛" | "商品推荐" | "商品详情页"
    ) || starts(&["当前用户来自", "商品详情页", "商品推荐", "原因：【", "原因:【"])
        || (line.starts_with('由') && line.contains("转交给"))
        || is_recall(line)
        || line
            .strip_prefix(['¥', '￥'])
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
}

/// `昵称 撤回了一条消息`: without a time, and without what was taken back.
fn is_recall(line: &str) -> bool {
    let rest = line.trim_end_matches(['。', '.']);
    rest.strip_suffix("撤回了一条消息")
        .is_some_and(|nick| nick.trim().is_empty() || is_nick(nick))
}

/// A piece between two headers.
struct Piece {
    line: u64,
    who: Who,
    at: Option<civil::DateTime>,
    /// The header as it stands, for refusals.
    shown: String,
    body: Vec<String>,
    bytes: usize,
    damaged: bool,
    /// The window wrote something of its own below this header.
    window: bool,
}

/// Cuts a file into pieces. The same for both passes.
struct Pieces {
    lines: Lines,
    open: Option<Piece>,
    /// Text above the first header: its first line.
    stray: Option<Line>,
    known: Vec<String>,
    /// The first header had its nick on a line of its own.
    two_lines: Option<bool>,
    last: Option<Line>,
    ended: bool,
}

enum Part {
    Piece(Piece),
    /// Words before the first header.
    Stray(Line),
}

impl Pieces {
    fn new(lines: Lines, known: Vec<String>) -> Self {
        Self {
            lines,
            open: None,
            stray: None,
            known,
            two_lines: None,
            last: None,
            ended: false,
        }
    }

    fn next(&mut self) -> io::Result<Option<Part>> {
        loop {
            if self.ended {
                return Ok(None);
            }
            let Some(line) = self.lines.read()? else {
                self.ended = true;
                return Ok(self.close());
            };
            let found = if line.too_long { None } else { self.heading(&line) };
            let Some((who, at)) = found else {
                self.body(line);
                continue;
            };
            let mut start = line.number;
            let mut shown = line.text.trim().to_owned();
            let mut damaged = line.damaged;
            let who = match (who, self.last.take()) {
                (Who::Above, Some(above)) => {
                    start = above.number;
                    damaged = damaged || above.damaged;
                    shown = format!("{} {shown}", above.text.trim());
                    // The name was taken for the end of the message before.
                    if let Some(open) = &mut self.open {
                        open.body.pop();
                    } else {
                        self.stray = self.stray.take().filter(|stray| stray.number != above.number);
                    }
                    Who::One(plain_nick(&above.text).to_owned())
                }
                (who, _) => who,
            };
            self.remember(&who);
            let piece = Piece {
                line: start,
                who,
                at,
                shown,
                body: Vec::new(),
                bytes: 0,
                damaged,
                window: false,
            };
            let before = self.close();
            self.open = Some(piece);
            if before.is_some() {
                return Ok(before);
            }
        }
    }

    fn close(&mut self) -> Option<Part> {
        match (self.open.take(), self.stray.take()) {
            (Some(piece), _) => Some(Part::Piece(piece)),
            (None, Some(stray)) => Some(Part::Stray(stray)),
            (None, None) => None,
        }
    }

    /// Whether the line is a header where it stands.
    fn heading(&mut self, line: &Line) -> Option<(Who, Option<civil::DateTime>)> {
        let (who, at) = header(&line.text)?;
        if who != Who::Above {
            self.two_lines.get_or_insert(false);
            return Some((who, at));
        }
        let above = self
            .last
            .as_ref()
            .filter(|above| !above.too_long && is_nick(&above.text))?;
        let nick = plain_nick(&above.text);
        // In a file of one-line headers a time alone is something that somebody wrote, unless a known name stands above.
        let known = nick.contains([':', '：']) || self.known.iter().any(|name| name == nick);
        if self.two_lines == Some(false) && !known {
            return None;
        }
        self.two_lines.get_or_insert(true);
        Some((who, at))
    }

    fn remember(&mut self, who: &Who) {
        let names: Vec<&String> = match who {
            Who::One(nick) => vec![nick],
            Who::Pair(from, to) => vec![from, to],
            Who::Above => Vec::new(),
        };
        for nick in names {
            if self.known.len() < MAX_NICKS && !self.known.contains(nick) {
                self.known.push(nick.clone());
            }
        }
    }

    fn body(&mut self, line: Line) {
        let Some(open) = &mut self.open else {
            if self.stray.is_none()
                && (line.too_long || !(line.text.trim().is_empty() || is_window_line(&line.text)))
            {
                self.stray = Some(line.clone());
            }
            self.last = Some(line);
            return;
        };
        if !line.too_long && is_window_line(&line.text) {
            open.window = true;
            self.last = None;
            return;
        }
        open.damaged = open.damaged || line.damaged;
        open.bytes = if line.too_long {
            MAX_MESSAGE + 1
        } else {
            open.bytes + line.text.len() + 1
        };
        if open.bytes > MAX_MESSAGE {
            // Only the name above a time is still of use.
            open.body.clear();
        }
        open.body.push(line.text.replace('\r', "\n"));
        self.last = Some(line);
    }
}

pub(super) struct Pasted {
    pieces: Pieces,
    zone: Zone,
    options: ChatOptions,
    /// The one buyer of the file, if there is one.
    buyer: Option<String>,
    /// Several names that are not the shop's: lines without `-->` do not say which buyer they belong to.
    buyers: Vec<String>,
    /// Buyers that an arrow shows as the other side of the shop.
    addressed: Vec<String>,
    /// The account that spoke last.
    agent: Option<String>,
    ended: bool,
}

impl Pasted {
    pub(super) fn open(text: Text, name: &str, zone: Zone, options: ChatOptions) -> Result<Self, FileError> {
        let unreadable = |e| FileError::new(name, Fault::Unreadable(e));
        let known: Vec<String> = options
            .accounts
            .iter()
            .map(|account| plain_nick(account).to_owned())
            .collect();
        let mut pieces = Pieces::new(text.lines().map_err(unreadable)?, known.clone());
        let mut ours: Vec<String> = Vec::new();
        let mut buyers: Vec<String> = Vec::new();
        let mut addressed: Vec<String> = Vec::new();
        let add = |list: &mut Vec<String>, nick: &String| {
            if list.len() < MAX_NICKS && !list.contains(nick) {
                list.push(nick.clone());
            }
        };
        while let Some(part) = pieces.next().map_err(unreadable)? {
            let Part::Piece(piece) = part else { continue };
            let names = match &piece.who {
                Who::One(nick) => vec![nick],
                Who::Pair(from, to) => vec![from, to],
                Who::Above => Vec::new(),
            };
            let (mine, theirs): (Vec<&String>, Vec<&String>) = names
                .iter()
                .partition(|nick| is_shop_account(nick, &options.accounts));
            if let (Who::Pair(..), [_], [buyer]) = (&piece.who, mine.as_slice(), theirs.as_slice()) {
                add(&mut addressed, buyer);
            }
            mine.into_iter().for_each(|nick| add(&mut ours, nick));
            theirs.into_iter().for_each(|nick| add(&mut buyers, nick));
        }
        if buyers.len() > 1 && ours.is_empty() {
            return Err(FileError::new(name, Fault::UnknownSides { nicks: buyers }));
        }
        let alone = (options.accounts.len() == 1).then(|| plain_nick(&options.accounts[0]).to_owned());
        let pieces = Pieces::new(pieces.lines.into_text().lines().map_err(unreadable)?, known);
        let buyer = if buyers.len() == 1 { buyers.pop() } else { None };
        let agent = ours.into_iter().next().or(alone);
        Ok(Self {
            pieces,
            zone,
            options,
            buyer,
            buyers,
            addressed,
            agent,
            ended: false,
        })
    }

    fn record(&mut self, piece: Piece) -> Option<Result<ChatRecord, Refusal>> {
        let line = piece.line;
        let Some(at) = piece.at else {
            let reason = "holds no day or no hour: write it as 2026-01-05 09:03:07";
            return Some(Err(Refusal::cell(line, "time", &piece.shown, reason)));
        };
        let sides = match self.sides(&piece) {
            Ok(sides) => sides,
            Err(reason) => return Some(Err(Refusal::cell(line, "nick", &piece.shown, reason))),
        };
        if piece.bytes > MAX_MESSAGE {
            let reason = "the message below this line is longer than 1 MiB: the next header is missing";
            return Some(Err(Refusal::line(line, reason)));
        }
        let text = piece.body.join("\n");
        let text = text.trim().to_owned();
        if text.is_empty() && piece.window {
            // Nothing but the window's own lines: nobody said anything.
            return None;
        }
        if piece.damaged || text.contains('\0') {
            let reason =
                "holds bytes that are no text in the file's encoding: copy it again and save it as UTF-8";
            return Some(Err(Refusal::cell(line, "text", &text, reason)));
        }
        let (from, buyer, agent) = sides;
        // A picture or a card is copied without words; that it was sent still counts.
        let kind = if text.is_empty() { Kind::Card } else { Kind::Text };
        Some(Ok(ChatRecord {
            shop: self.options.shop.clone(),
            channel: self
                .options
                .channel
                .clone()
                .unwrap_or_else(|| "taobao".to_owned()),
            // None on purpose: pasted pieces overlap, and an id of the file would make the same line two.
            conversation: None,
            buyer,
            agent,
            at: self.zone.stamp(at),
            from,
            kind,
            text,
            id: None,
            to_agent: None,
        }))
    }

    /// Who wrote, which buyer, which account.
    fn sides(&mut self, piece: &Piece) -> Result<(From, String, Option<String>), String> {
        let ours = |nick: &str| is_shop_account(nick, &self.options.accounts);
        match &piece.who {
            Who::Pair(from, to) => match (ours(from), ours(to)) {
                (true, false) => {
                    self.agent = Some(from.clone());
                    Ok((account_kind(from), to.clone(), Some(from.clone())))
                }
                (false, true) => {
                    self.agent = Some(to.clone());
                    Ok((From::Buyer, from.clone(), Some(to.clone())))
                }
                (true, true) => Err(
                    "both sides are accounts of the shop: leave conversations among colleagues out"
                        .to_owned(),
                ),
                (false, false) => {
                    Err("does not show which side is the shop: name its accounts with --account".to_owned())
                }
            },
            Who::One(nick) if ours(nick) => {
                self.agent = Some(nick.clone());
                match &self.buyer {
                    Some(buyer) => Ok((account_kind(nick), buyer.clone(), Some(nick.clone()))),
                    None if self.buyers.is_empty() => Err(
                        "does not show whom it was said to: copy at least one message of the buyer with it"
                            .to_owned(),
                    ),
                    None => Err(self.several()),
                }
            }
            Who::One(nick) => match &self.buyer {
                Some(buyer) => Ok((From::Buyer, buyer.clone(), self.agent.clone())),
                None if self.addressed.contains(nick) => Ok((From::Buyer, nick.clone(), self.agent.clone())),
                None => Err(if self.buyers.is_empty() {
                    format!("{nick} is unknown")
                } else {
                    self.several()
                }),
            },
            Who::Above => Err("has a time and no name: put the name on the line above".to_owned()),
        }
    }

    fn several(&self) -> String {
        let names: Vec<&str> = self.buyers.iter().take(5).map(String::as_str).collect();
        format!(
            "cannot be given to one buyer, as several names that are not the shop's speak here ({}): name the shop's accounts \
             with --account, or put each conversation in a file of its own",
            names.join(", ")
        )
    }
}

impl Iterator for Pasted {
    type Item = Item<ChatRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.pieces.next() {
                Ok(Some(Part::Piece(piece))) => {
                    let line = piece.line;
                    if let Some(result) = self.record(piece) {
                        return Some(Item::from_result(line, result));
                    }
                }
                Ok(Some(Part::Stray(line))) => {
                    let reason =
                        "stands above the first name and time: copy the chat from its first header on";
                    return Some(Item::Refused(Refusal::cell(
                        line.number,
                        "text",
                        &line.text,
                        reason,
                    )));
                }
                Ok(None) => self.ended = true,
                Err(e) => {
                    self.ended = true;
                    return Some(Item::Refused(Refusal::stopped(
                        self.pieces.lines.number() + 1,
                        &e,
                    )));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_every_form() {
        let one = |nick: &str| Some(Who::One(nick.to_owned()));
        for (line, who) in [
            ("tb_anna 2026-1-5 9:03:07", one("tb_anna")),
            ("安娜2026-1-5 9:03:07", one("安娜")),
            ("tb1232026-1-5 9:03:07", one("tb123")),
            ("店铺:小美 2026-01-05 09:03:07", one("店铺:小美")),
            ("[tb anna] 2026-01-05 09:03:07", one("tb anna")),
            ("t**1 2026/1/5 9:03:07\r", one("t**1")),
            (
                "店铺:小美 --> tb_anna 2026-01-05 09:03:07",
                Some(Who::Pair("店铺:小美".into(), "tb_anna".into())),
            ),
            ("cntaobao店铺:小美 2026-01-05 09:03:07", one("店铺:小美")),
            ("2026-01-05 09:03:07", Some(Who::Above)),
            ("明天 9:03:07", None),
            ("我的订单，下单时间 2026-01-05 09:03:07", None),
            ("https://a.example/x 2026-01-05 09:03:07", None),
            ("下单时间: 2026-01-05 09:03:07", None),
            ("在吗", None),
            ("", None),
        ] {
            assert_eq!(header(line).map(|(who, _)| who), who, "{line}");
        }
        assert_eq!(
            header("安娜 2026-13-05 9:03:07"),
            Some((Who::One("安娜".into()), None))
        );
    }

    #[test]
    fn the_windows_own_lines_are_known() {
        for line in [
            "已读",
            " 未读 ",
            "发送中",
            "tb_anna 撤回了一条消息",
            "店铺:小美撤回了一条消息",
            "当前用户来自 商品详情页",
            "商品推荐",
            "由 服务助手 转交给 店铺:小美",
            "原因：【离线留言自动分配】",
            "千牛",
            "¥128.00",
        ] {
            assert!(is_window_line(line), "{line}");
        }
        for line in [
            "在吗",
            "已读了吗",
            "https://item.example/1",
            "千牛打不开",
            "我想撤回了一条消息怎么看？",
            "¥多少",
        ] {
            assert!(!is_window_line(line), "{line}");
        }
    }
}
