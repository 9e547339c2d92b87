//! Chat lines: one JSON object a line.

use super::{ChatOptions, ChatRecord, From, Kind};
use crate::{
    error::{Item, Refusal, cut},
    text::{Line, Lines},
};
use serde_json::{Map, Value};
use yingke_kernel::Stamp;

pub(super) struct JsonLines {
    lines: Lines,
    options: ChatOptions,
    ended: bool,
}

impl JsonLines {
    pub(super) fn new(lines: Lines, options: ChatOptions) -> Self {
        Self {
            lines,
            options,
            ended: false,
        }
    }
}

impl Iterator for JsonLines {
    type Item = Item<ChatRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.lines.read() {
                Ok(Some(line)) if !line.too_long && line.text.trim().is_empty() => {}
                Ok(Some(line)) => return Some(Item::from_result(line.number, self.record(&line))),
                Ok(None) => self.ended = true,
                Err(e) => {
                    self.ended = true;
                    return Some(Item::Refused(Refusal::stopped(self.lines.number() + 1, &e)));
                }
            }
        }
        None
    }
}

impl JsonLines {
    fn record(&self, line: &Line) -> Result<ChatRecord, Refusal> {
        let at_line = line.number;
        if line.too_long {
            return Err(Refusal::line(
                at_line,
                "the line is longer than 1 MiB: each message is one line",
            ));
        }
        if line.damaged {
            let reason =
                "the line holds bytes that are no text in the file's encoding: write the file as UTF-8";
            return Err(Refusal::line(at_line, reason));
        }
        // Files put together from several carry marks in the middle.
        let fields: Map<String, Value> = serde_json::from_str(line.text.trim_start_matches('\u{FEFF}'))
            .map_err(|e| Refusal {
                line: at_line,
                column: None,
                value: Some(cut(line.text.trim())),
                reason: format!(
                    "is no JSON object ({}, at character {}): one object a line is expected",
                    shape(&e),
                    e.column()
                ),
            })?;
        let fields = Fields {
            line: at_line,
            fields: &fields,
        };
        let shop = fields.optional("shop")?.or_else(|| self.options.shop.clone());
        let channel = match fields.optional("channel")? {
            Some(channel) => channel,
            None => self
                .options
                .channel
                .clone()
                .ok_or_else(|| fields.missing("channel"))?,
        };
        let buyer = fields.required("buyer")?;
        let at = fields.required("at")?;
        let at = Stamp::parse(&at).map_err(|_| {
            let reason = "is no time with its offset: write it as 2026-10-03T10:10:15+08:00";
            Refusal::cell(at_line, "at", &at, reason)
        })?;
        let from = fields.choice("from", |word| {
            [From::Buyer, From::Agent, From::Bot, From::Auto, From::System]
                .into_iter()
                .find(|f| f.as_str() == word)
        })?;
        let from = from.ok_or_else(|| fields.missing("from"))?;
        let kind = fields.choice("kind", |word| {
            [
                Kind::Text,
                Kind::Image,
                Kind::Card,
                Kind::Voice,
                Kind::File,
                Kind::Transfer,
                Kind::Close,
            ]
            .into_iter()
            .find(|k| k.as_str() == word)
        })?;
        let kind = kind.unwrap_or_default();
        let text = fields.words("text")?;
        if kind == Kind::Text && text.as_deref().is_none_or(|text| text.trim().is_empty()) {
            let reason = "a text message needs its words: fill \"text\", or name another \"kind\"";
            return Err(Refusal::missing(at_line, "text", reason));
        }
        let to_agent = fields.optional("to_agent")?;
        if kind == Kind::Transfer && !fields.fields.contains_key("to_agent") {
            let reason = "a transfer names who takes over: fill \"to_agent\", null for the queue";
            return Err(Refusal::missing(at_line, "to_agent", reason));
        }
        Ok(ChatRecord {
            shop,
            channel,
            conversation: fields.optional("conversation")?,
            buyer,
            agent: fields.optional("agent")?,
            at,
            from,
            kind,
            text: text.unwrap_or_default(),
            id: fields.optional("id")?,
            to_agent: to_agent.filter(|_| kind == Kind::Transfer),
        })
    }
}

/// What the JSON reader found, without the place: it counts lines of one line.
fn shape(e: &serde_json::Error) -> &'static str {
    match e.classify() {
        serde_json::error::Category::Eof => "it breaks off",
        serde_json::error::Category::Data => "another kind of value",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "a mistake in its syntax",
    }
}

struct Fields<'a> {
    line: u64,
    fields: &'a Map<String, Value>,
}

impl Fields<'_> {
    fn missing(&self, name: &str) -> Refusal {
        Refusal::missing(
            self.line,
            name,
            format!("is missing: every line needs \"{name}\""),
        )
    }

    /// A text as it stands, `None` when absent or null.
    fn words(&self, name: &str) -> Result<Option<String>, Refusal> {
        let text = match self.fields.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text,
            Some(other) => {
                let reason = "must be text in double quotes";
                return Err(Refusal::cell(self.line, name, &other.to_string(), reason));
            }
        };
        if text.contains('\0') {
            return Err(Refusal::cell(
                self.line,
                name,
                text,
                "holds a NUL character: take it out",
            ));
        }
        Ok(Some(text.clone()))
    }

    /// A name or id, trimmed, a whole number by its digits; `None` when absent, null or empty.
    fn optional(&self, name: &str) -> Result<Option<String>, Refusal> {
        let whole = match self.fields.get(name) {
            Some(Value::Number(number)) if number.is_i64() || number.is_u64() => Some(number.to_string()),
            _ => self.words(name)?,
        };
        let Some(text) = whole.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()) else {
            return Ok(None);
        };
        if text.len() > 512 {
            return Err(Refusal::cell(
                self.line,
                name,
                &text,
                "is longer than 512 bytes: names and ids are short",
            ));
        }
        Ok(Some(text))
    }

    fn required(&self, name: &str) -> Result<String, Refusal> {
        self.optional(name)?.ok_or_else(|| self.missing(name))
    }

    fn choice<T>(&self, name: &str, known: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
        let Some(word) = self.optional(name)? else {
            return Ok(None);
        };
        match known(&word) {
            Some(value) => Ok(Some(value)),
            None => {
                let expected = match name {
                    "from" => "buyer, agent, bot, auto or system",
                    _ => "text, image, card, voice, file, transfer or close",
                };
                Err(Refusal::cell(
                    self.line,
                    name,
                    &word,
                    format!("is not one of {expected}"),
                ))
            }
        }
    }
}
