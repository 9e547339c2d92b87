//! Chats: our own JSON lines, the analysis console's JSON, and text copied from the platform's chat window.
//! Which of them a file is shows in its beginning, not in its name.
//!
//! | layout | what it is |
//! |---|---|
//! | `yingke-jsonl` | one JSON object a line: `{"shop":…,"channel":…,"conversation":…,"buyer":…,"agent":…,"at":…,"from":…,"text":…}` |
//! | `sycm-chat-json` | sessions with their messages: `[…]`, `{"data":[…]}`, `{"sessions":[…]}` or one session after another; a session's messages stand under `msgList`, `messages` or `records` |
//! | `qianniu-text` | lines such as `nick 2026-1-5 9:03:07`, each followed by what was said |

mod jsonl;
mod pasted;
mod sycm;

use crate::{
    error::{Fault, FileError, Item},
    text::{Source, Text},
};
use yingke_kernel::{Stamp, Zone};

/// Whose chats they are, where a file does not say it itself.
#[derive(Debug, Clone, Default)]
pub struct ChatOptions {
    /// Code of the shop for lines that name none.
    pub shop: Option<String>,
    /// Channel for lines that name none; copied text and the console's JSON are `taobao` without it.
    pub channel: Option<String>,
    /// The shop's own accounts. Names with a colon (`店铺:小美`) are known without it.
    pub accounts: Vec<String>,
}

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// The customer.
    Buyer,
    /// A person of the shop.
    Agent,
    /// A robot that answers.
    Bot,
    /// An automatic text: welcome, away.
    Auto,
    /// The platform or the house.
    System,
}

impl From {
    /// As it stands in chat lines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Agent => "agent",
            Self::Bot => "bot",
            Self::Auto => "auto",
            Self::System => "system",
        }
    }
}

/// What a line is. `Transfer` and `Close` are no messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Words.
    #[default]
    Text,
    /// A picture.
    Image,
    /// A card: product, order, coupon, or anything that an export left without words.
    Card,
    /// A recording.
    Voice,
    /// A file.
    File,
    /// The conversation goes to another account.
    Transfer,
    /// The conversation ends.
    Close,
}

impl Kind {
    /// As it stands in chat lines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Card => "card",
            Self::Voice => "voice",
            Self::File => "file",
            Self::Transfer => "transfer",
            Self::Close => "close",
        }
    }
    /// Whether it counts as a message.
    pub const fn is_message(self) -> bool {
        !matches!(self, Self::Transfer | Self::Close)
    }
}

/// One line of a chat.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ChatRecord {
    /// Code of the shop: the line's own, else that of [`ChatOptions`], else none.
    pub shop: Option<String>,
    /// `taobao`, `tmall`, `web` …
    pub channel: String,
    /// The conversation's id in the source, if it has one.
    pub conversation: Option<String>,
    /// The buyer's name on the channel.
    pub buyer: String,
    /// The receiving account; `None` is the queue.
    pub agent: Option<String>,
    /// When it was written.
    pub at: Stamp,
    /// Who wrote it.
    pub from: From,
    /// What it is.
    pub kind: Kind,
    /// The words; may be empty for anything but `Text`.
    pub text: String,
    /// The message's id in the source, if it has one.
    pub id: Option<String>,
    /// Who takes over (`Transfer`); `None` is back to the queue.
    pub to_agent: Option<String>,
}

/// An open chat file. Iterating reads it piece by piece.
pub struct ChatFile {
    /// `yingke-jsonl`, `sycm-chat-json` or `qianniu-text`.
    pub layout: &'static str,
    /// The encoding that the file turned out to have.
    pub encoding: &'static str,
    reader: Reader,
}

enum Reader {
    Lines(Box<jsonl::JsonLines>),
    Sessions(Box<sycm::Sessions>),
    Pasted(Box<pasted::Pasted>),
}

/// Names of the layouts that [`open`] reads.
pub const LAYOUTS: [&str; 3] = ["yingke-jsonl", "sycm-chat-json", "qianniu-text"];

/// Opens a chat file: finds encoding and layout. `name` is used in messages; `zone` is the shop's and gives readings of a
/// wall clock their instant.
///
/// # Errors
/// When no line of the file can be read: not text, empty, no chat, or copied text whose sides cannot be told apart.
pub fn open(
    input: impl Source,
    name: &str,
    zone: &Zone,
    options: ChatOptions,
) -> Result<ChatFile, FileError> {
    let text = Text::open(Box::new(input), name)?;
    let encoding = text.encoding();
    let unreadable = |e| FileError::new(name, Fault::Unreadable(e));
    let mut blocks = text.blocks().map_err(unreadable)?;
    let head = String::from_utf8_lossy(blocks.fill().map_err(unreadable)?).into_owned();
    let text = blocks.into_text();
    let Some(form) = recognise(&head) else {
        let fault = if head.trim().is_empty() {
            Fault::Empty
        } else {
            Fault::UnknownChat
        };
        return Err(FileError::new(name, fault));
    };
    let (layout, reader) = match form {
        Form::Lines => {
            let lines = text.lines().map_err(unreadable)?;
            (
                LAYOUTS[0],
                Reader::Lines(Box::new(jsonl::JsonLines::new(lines, options))),
            )
        }
        Form::Sessions => {
            let bare = sycm::first_is_session(&head);
            let blocks = text.blocks().map_err(unreadable)?;
            let sessions = sycm::Sessions::new(blocks, bare, zone.clone(), options);
            (LAYOUTS[1], Reader::Sessions(Box::new(sessions)))
        }
        Form::Pasted => {
            let pasted = pasted::Pasted::open(text, name, zone.clone(), options)?;
            (LAYOUTS[2], Reader::Pasted(Box::new(pasted)))
        }
    };
    Ok(ChatFile {
        layout,
        encoding,
        reader,
    })
}

enum Form {
    Lines,
    Sessions,
    Pasted,
}

fn recognise(head: &str) -> Option<Form> {
    let start = head.trim_start();
    if let Some(inner) = start.strip_prefix('[') {
        // `[nick] 2026-01-05 09:03:07` opens with the same bracket.
        if inner.trim_start().starts_with(['{', ']']) {
            return Some(Form::Sessions);
        }
    } else if start.starts_with('{') && (sycm::first_is_session(head) || sycm::first_is_wrapper(head)) {
        return Some(Form::Sessions);
    }
    let mut json = 0;
    let mut pasted = 0;
    for line in head.lines().take(500) {
        let line = line.trim();
        json += usize::from(line.starts_with('{') && line.contains('"'));
        pasted += usize::from(pasted::looks_like_header(line));
    }
    if json > 0 && json >= pasted {
        Some(Form::Lines)
    } else if pasted > 0 {
        Some(Form::Pasted)
    } else {
        // A lone brace is a line of JSON that is broken: say so by its line.
        start.starts_with('{').then_some(Form::Lines)
    }
}

impl Iterator for ChatFile {
    type Item = Item<ChatRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.reader {
            Reader::Lines(reader) => reader.next(),
            Reader::Sessions(reader) => reader.next(),
            Reader::Pasted(reader) => reader.next(),
        }
    }
}

/// Whether a name is one of the shop's: `店铺:小美`, or named by the caller.
fn is_shop_account(nick: &str, accounts: &[String]) -> bool {
    nick.contains([':', '：']) || accounts.iter().any(|account| plain_nick(account) == nick)
}

/// A name without the site prefix that interfaces put before it.
fn plain_nick(nick: &str) -> &str {
    let nick = nick.trim();
    ["cntaobao", "cnalichn", "enaliint"]
        .iter()
        .find_map(|site| nick.strip_prefix(site))
        .unwrap_or(nick)
}

/// Person or robot, by the account's own name.
fn account_kind(nick: &str) -> From {
    let own = nick.rsplit([':', '：']).next().unwrap_or(nick);
    if own == "服务助手" || own.contains("店小蜜") || own.contains("机器人") {
        From::Bot
    } else {
        From::Agent
    }
}
