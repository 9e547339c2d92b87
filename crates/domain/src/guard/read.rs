//! Reading one draft.

use super::fold::{self, Folded, is_stop};
use super::lexicon::{Hit, Lexicon, WORD_MAX};
use super::number::{Figure, Kind, figures};
use super::promise::{self, Promise};
use super::rules::{Entry, Severity, Take, View, built};
use crate::policy::GuardPolicy;
use jiff::civil::Date;
use std::cell::OnceCell;

/// The worst of a draft's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// Only hints.
    Hint,
    /// A warning and no block.
    Warn,
    /// A block.
    Block,
}

impl Verdict {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Hint => "hint",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// What stands around the draft.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The buyer's last words; empty when unknown.
    pub question: &'a str,
    /// What this person said last to this buyer, the latest first.
    pub said: &'a [String],
    /// Telephones and numbers of this buyer, digits only; `None` = nobody has looked.
    pub own: Option<&'a [String]>,
    /// Numbers of the draft that are known to be another buyer's, digits only.
    pub others: &'a [String],
    /// The shop's own sites; links there stay on this channel.
    pub sites: &'a [String],
    /// Pieces of the product that is talked about, where the house knows it (R-SPEECH-16).
    pub stock: Option<i64>,
    /// The shop's day, for promises.
    pub today: Option<Date>,
}

/// By what a draft is read.
#[derive(Debug, Clone, Copy)]
pub struct Ruleset<'a> {
    /// Severities, lines, repeats.
    pub policy: &'a GuardPolicy,
    /// The shop's own words.
    pub words: Option<&'a Lexicon>,
}

/// Something that was found. Places are characters of the draft, `from` inside, `to` not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `R-SPEECH-03`, or `SHOP` for a word of the shop's own.
    pub rule: &'static str,
    /// What it does.
    pub severity: Severity,
    /// First character of the words.
    pub from: usize,
    /// First character after them.
    pub to: usize,
    /// Code of the reason; its words: [`super::reason`].
    pub reason: &'static str,
    /// A better wording, in the language that buyers read, in place of `take`.
    pub better: Option<String>,
    /// What the better wording takes the place of.
    pub take: (usize, usize),
    /// What was promised (R-SPEECH-12).
    pub promise: Option<Promise>,
    /// What the reason names: its name in the words of the reason, and the value.
    pub args: Vec<(&'static str, String)>,
}

impl Finding {
    /// The reason in words, in English or (any other language) in Chinese.
    pub fn why(&self, lang: &str) -> String {
        let words = super::reason(self.reason, lang).unwrap_or(self.reason).to_owned();
        self.args.iter().fold(words, |words, (name, value)| {
            words.replace(&format!("{{{name}}}"), value)
        })
    }
}

/// What reading a draft gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The worst of the findings.
    pub verdict: Verdict,
    /// The gravest first, then by place; at most one of a rule at a place.
    pub findings: Vec<Finding>,
}

impl Reading {
    /// Whether anything of this severity was found.
    pub fn has(&self, severity: Severity) -> bool {
        self.findings.iter().any(|f| f.severity == severity)
    }
}

/// The rule of the shop's own words.
const SHOP: &str = "SHOP";

struct Reader<'a> {
    draft: &'a str,
    /// The draft's characters, folded one by one: places in it are places of the draft.
    chars: Vec<char>,
    /// What the draft's words name as a day; looked for once, when the first promise is found.
    due: OnceCell<Option<Date>>,
    length: usize,
    context: &'a Context<'a>,
    rules: &'a Ruleset<'a>,
    question: Vec<char>,
    /// The talk is not known: what could be found by it sets `graver` and finds nothing, what could be taken back by it sets `milder`.
    alone: bool,
    graver: bool,
    milder: bool,
    found: Vec<Finding>,
}

/// Reads a draft (R-SPEECH-01..19). Never fails; an empty draft is clean.
pub fn read(draft: &str, context: &Context<'_>, rules: &Ruleset<'_>) -> Reading {
    judge(draft, context, rules, false).0
}

/// Reads a draft of which only the words are known: nothing of the buyer, the talk and the goods. `None` when these could
/// change whether it may be sent: then they must be looked up and the draft read with them ([`read`]). Hints by the talk are left
/// out. Of the context only the sites count.
pub fn read_alone(draft: &str, context: &Context<'_>, rules: &Ruleset<'_>) -> Option<Reading> {
    let (reading, open) = judge(draft, context, rules, true);
    (!open).then_some(reading)
}

/// Digits from which a number can be that of somebody's order (R-SPEECH-04).
const ORDER_DIGITS: usize = 8;

/// Whether a figure of a draft can be the number of somebody's order or telephone (R-SPEECH-04).
pub fn may_be_somebodys(figure: &Figure) -> bool {
    figure.kind != Kind::Line && figure.digits.len() >= ORDER_DIGITS
}

fn judge(draft: &str, context: &Context<'_>, rules: &Ruleset<'_>, alone: bool) -> (Reading, bool) {
    let chars: Vec<char> = draft.chars().map(fold::fold).collect();
    let mut reader = Reader {
        draft,
        length: chars.len(),
        chars,
        due: OnceCell::new(),
        context,
        rules,
        question: fold::plain(context.question).chars,
        alone,
        graver: false,
        milder: false,
        found: Vec::new(),
    };
    if !draft.trim().is_empty() {
        let plain = fold::plain(draft);
        let bare = fold::bare(draft);
        let built = built();
        reader.words(&plain, &built.plain, &plain);
        reader.words(&bare, &built.bare, &plain);
        reader.numbers(&plain);
        reader.links(&plain);
        reader.cold(&plain);
        reader.refusal(&plain);
        reader.transit(&plain);
        reader.repeated(&plain);
        reader.stock(&plain);
        reader.shop(&plain);
    }
    let reading = reader.done();
    // What is blocked is not sent, whatever else would be found.
    let open = reader.milder || (reader.graver && reading.verdict < Verdict::Block);
    (reading, open)
}

fn contains(text: &[char], word: &[char]) -> bool {
    !word.is_empty() && text.windows(word.len()).any(|w| w == word)
}

fn says(text: &Folded, list: &[String]) -> bool {
    list.iter()
        .any(|word| contains(&text.chars, &fold::word(word, false)))
}

/// The words of a named set of `rules.toml`.
fn set(name: &str) -> &'static [String] {
    built().sets.get(name).map_or(&[], Vec::as_slice)
}

impl Reader<'_> {
    /// Whether a rule can keep a message from being sent.
    fn holds(&self, rule: &str) -> bool {
        self.rules.policy.severity(rule) >= Severity::Warn
    }

    fn put(
        &mut self,
        rule: &'static str,
        reason: &'static str,
        span: (usize, usize),
        better: Option<(String, (usize, usize))>,
    ) {
        let severity = self.rules.policy.severity(rule);
        self.put_as(severity, rule, reason, span, better);
    }

    fn put_as(
        &mut self,
        severity: Severity,
        rule: &'static str,
        reason: &'static str,
        (from, to): (usize, usize),
        better: Option<(String, (usize, usize))>,
    ) {
        if severity == Severity::Off || from >= to {
            return;
        }
        let rule = rule.split('/').next().unwrap_or(rule);
        // One finding of a rule at a place: the longer one.
        if let Some(old) = self
            .found
            .iter_mut()
            .find(|f| f.rule == rule && f.from < to && from < f.to)
        {
            if (severity, to - from) <= (old.severity, old.to - old.from) {
                return;
            }
            old.severity = severity;
            (old.from, old.to) = (from, to);
            old.reason = reason;
            if let Some((text, take)) = better {
                (old.better, old.take) = (Some(text), take);
            }
            return;
        }
        let promise = (rule == "R-SPEECH-12").then(|| Promise {
            what: promise::what(reason),
            due: *self.due.get_or_init(|| {
                self.context
                    .today
                    .and_then(|today| promise::due(self.draft, today))
            }),
        });
        let (better, take) = match better {
            Some((text, take)) => (Some(text), take),
            None => (None, (from, to)),
        };
        self.found.push(Finding {
            rule,
            severity,
            from,
            to,
            reason,
            better,
            take,
            promise,
            args: Vec::new(),
        });
    }

    /// Entries of `rules.toml`, read in one way.
    fn words(&mut self, text: &Folded, view: &'static View, plain: &Folded) {
        let said = Said::in_text(text, view);
        let asked = OnceCell::new();
        for first in &said.hits {
            for number in &view.begins[first.0 as usize] {
                let entry = &view.entries[*number as usize];
                let by_talk = !entry.question.is_empty();
                if by_talk && self.alone {
                    if self.graver || !self.holds(entry.rule) {
                        continue;
                    }
                } else if by_talk {
                    let asked = asked.get_or_init(|| {
                        let mut hits = Vec::new();
                        view.asked.scan(&self.question, &mut hits);
                        let mut words: Vec<u32> = hits.into_iter().map(|hit| hit.0).collect();
                        words.sort_unstable();
                        words
                    });
                    if !entry.question.iter().any(|q| asked.binary_search(q).is_ok()) {
                        continue;
                    }
                }
                let Some(end) = chain(entry, 1, first.2, &said.hits, text) else {
                    continue;
                };
                let span = (first.1, end);
                if self.excused(entry, span, &said, text, view) {
                    continue;
                }
                if by_talk && self.alone {
                    self.graver = true;
                    continue;
                }
                let place = text.back(span.0, span.1);
                let better = entry
                    .better
                    .map(|better| (better.to_owned(), self.take(entry.take, place, plain)));
                self.put(entry.rule, entry.reason, place, better);
            }
        }
    }

    fn excused(&self, entry: &Entry, span: (usize, usize), said: &Said, text: &Folded, view: &View) -> bool {
        if entry.whole && !(span.0 == 0 && text.chars[span.1..].iter().all(|c| is_stop(*c) || *c == '~')) {
            return true;
        }
        if entry.apart && is_part(&text.chars, span) {
            return true;
        }
        if said.any(&entry.unless_said, 0, text.chars.len()) {
            return true;
        }
        let (begin, end) = said.sentence(span);
        if said.any(&entry.unless, begin, end) {
            return true;
        }
        if said
            .near(span.0.saturating_sub(WORD_MAX), span.1)
            .any(|hit| span.0 < hit.2 && entry.except.binary_search(&hit.0).is_ok())
        {
            return true;
        }
        if !entry.negatable {
            return false;
        }
        let (begin, _) = said.clause(span);
        let from = begin.max(span.0.saturating_sub(NEGATION_GAP + WORD_MAX));
        said.near(from, span.1.min(span.0 + 2)).any(|hit| {
            view.negation.binary_search(&hit.0).is_ok()
                && hit.2 <= span.1
                && span.0.saturating_sub(hit.2) <= NEGATION_GAP
                && !self.parted(text, hit, span)
        })
    }

    /// Whether a stop of the draft stands between a word and what follows it: bare text has no stops, and "it does not pill, add me"
    /// takes nothing back of the second half.
    fn parted(&self, text: &Folded, hit: &Hit, span: (usize, usize)) -> bool {
        let from = text.back(hit.1, hit.2).1;
        let to = text.back(span.0, span.1).0;
        self.chars[from..to.max(from)].iter().any(|c| is_stop(*c))
    }

    /// What a better wording takes the place of, in characters of the draft.
    fn take(&self, take: Take, place: (usize, usize), plain: &Folded) -> (usize, usize) {
        match take {
            Take::Words => place,
            Take::All => (0, self.length),
            Take::Clause => {
                // The place in the folded text again: both views lead back to the draft, and places only grow.
                let all = plain.chars.len();
                let begin = plain.ahead(place.0);
                let from = plain.chars[..begin]
                    .iter()
                    .rposition(|c| is_stop(*c))
                    .map_or(0, |n| n + 1);
                let end = plain.ahead(place.1);
                let to = plain.chars[end..]
                    .iter()
                    .position(|c| is_stop(*c))
                    .map_or(all, |n| end + n);
                if from < to { plain.back(from, to) } else { place }
            }
        }
    }

    /// Telephones, and numbers that are another buyer's (R-SPEECH-03, 04).
    fn numbers(&mut self, plain: &Folded) {
        let all = figures(self.draft);
        if all.is_empty() {
            return;
        }
        let context = self.context;
        let known = |list: &[String], figure: &Figure| list.contains(&figure.digits);
        let line = |figure: &Figure| {
            self.rules
                .policy
                .allowed_lines
                .iter()
                .any(|l| l.chars().filter(char::is_ascii_digit).eq(figure.digits.chars()))
        };
        let receiver = says(plain, set("receiver"));
        let third = says(plain, set("third_person"));
        let adds = says(&fold::bare(self.draft), set("add_me"));
        let mut found = Vec::new();
        for figure in &all {
            let place = (figure.from, figure.to);
            if known(context.others, figure) {
                found.push(("R-SPEECH-04", "other_order", place));
                continue;
            }
            if context.own.is_some_and(|own| known(own, figure)) || line(figure) {
                continue;
            }
            // Whose it is decides.
            self.graver |= may_be_somebodys(figure);
            match figure.kind {
                Kind::Mobile if adds => found.push(("R-SPEECH-03", "contact_number", place)),
                Kind::Mobile if figure.disguised => found.push(("R-SPEECH-03", "hidden_number", place)),
                Kind::Mobile if receiver && context.own.is_some() => {
                    found.push(("R-SPEECH-04", "not_this_buyer", place));
                }
                Kind::Mobile if third => found.push(("R-SPEECH-04", "others_data", place)),
                Kind::Mobile | Kind::Line => found.push(("R-SPEECH-03/phone", "unknown_line", place)),
                Kind::Other if adds && (5..=12).contains(&figure.digits.len()) => {
                    found.push(("R-SPEECH-03", "contact_number", place));
                }
                Kind::Other => {}
            }
        }
        self.milder |= !found.is_empty();
        for (rule, reason, place) in found {
            let better = match reason {
                "other_order" | "not_this_buyer" => "麻烦您用下单的账号联系我们，我这边为您核对",
                "unknown_line" => "",
                _ => "有需要请在这里留言，我看到就回复您",
            };
            let better =
                (!better.is_empty()).then(|| (better.to_owned(), self.take(Take::Clause, place, plain)));
            self.put(rule, reason, place, better);
        }
    }

    /// Addresses of the net that are neither the shop's nor the platform's (R-SPEECH-03).
    fn links(&mut self, plain: &Folded) {
        let text = &plain.chars;
        let mut at = 0;
        while at < text.len() {
            let Some(end) = host_at(text, at) else {
                at += 1;
                continue;
            };
            let host: String = text[at..end].iter().collect();
            let allowed = self
                .rules
                .policy
                .allowed_sites
                .iter()
                .chain(self.context.sites)
                .any(|site| {
                    let site = site.trim_start_matches("https://").trim_start_matches("http://");
                    let site = site.split(['/', ':']).next().unwrap_or(site);
                    host == site || host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'))
                });
            if !allowed {
                let place = plain.back(at, end);
                let better = "商品链接我发在这里，您点开就能看";
                self.put(
                    "R-SPEECH-03",
                    if text[..at].last() == Some(&'@') {
                        "mail_address"
                    } else {
                        "outside_link"
                    },
                    place,
                    Some((better.to_owned(), self.take(Take::Clause, place, plain))),
                );
            }
            at = end;
        }
    }

    /// One cold word for an answer (R-SPEECH-19).
    fn cold(&mut self, plain: &Folded) {
        let words: Vec<char> = plain
            .chars
            .iter()
            .copied()
            .filter(|c| !is_stop(*c) && *c != '~')
            .collect();
        let said: String = words.iter().collect();
        if set("cold").contains(&said) {
            self.put(
                "R-SPEECH-19",
                "cold_word",
                (0, self.length),
                Some(("您稍等，我帮您确认一下，马上回复您".to_owned(), (0, self.length))),
            );
        }
    }

    /// A refusal alone (R-SPEECH-01): neither why nor what else.
    fn refusal(&mut self, plain: &Folded) {
        if plain.chars.len() > self.rules.policy.refusal_chars || says(plain, set("way_out")) {
            return;
        }
        let words: Vec<Vec<char>> = set("refusal").iter().map(|w| fold::word(w, false)).collect();
        let harmless: Vec<Vec<char>> = set("no_refusal").iter().map(|w| fold::word(w, false)).collect();
        let text = &plain.chars;
        for from in 0..text.len() {
            let Some(word) = words
                .iter()
                .filter(|w| text[from..].starts_with(w))
                .max_by_key(|w| w.len())
            else {
                continue;
            };
            let to = from + word.len();
            let excused = harmless.iter().any(|h| {
                (from.saturating_sub(h.len())..=from)
                    .any(|s| text[s..].starts_with(h) && s < to && from < s + h.len())
            });
            let asks = text[to..].iter().take(4).any(|c| matches!(c, '?' | '吗'));
            if !excused && !asks {
                let place = plain.back(from, to);
                self.put("R-SPEECH-01", "bare_refusal", place, None);
                return;
            }
        }
    }

    /// The address of a transit warehouse (R-SPEECH-09).
    fn transit(&mut self, plain: &Folded) {
        let text = &plain.chars;
        for word in &self.rules.policy.transit_words {
            let word = fold::word(word, false);
            let Some(from) = text.windows(word.len().max(1)).position(|w| w == word) else {
                continue;
            };
            if says(plain, set("withheld")) {
                return;
            }
            if says(plain, set("place")) {
                let place = plain.back(from, from + word.len());
                let better = "仓库地址不对外提供，退换货地址我会在售后单里发给您";
                self.put(
                    "R-SPEECH-09",
                    "transit_address",
                    place,
                    Some((better.to_owned(), (0, self.length))),
                );
                return;
            }
        }
    }

    /// The same point again (R-SPEECH-18).
    fn repeated(&mut self, plain: &Folded) {
        let policy = self.rules.policy;
        let own = shingles(&plain.chars);
        if own.len() < 4 {
            return;
        }
        if self.alone {
            self.graver |= self.holds("R-SPEECH-18");
            return;
        }
        let alike = |said: &&String| {
            let other = shingles(&fold::plain(said).chars);
            let both = own.iter().filter(|s| other.binary_search(s).is_ok()).count();
            let all = own.len() + other.len() - both;
            all > 0 && both * 100 >= usize::from(policy.repeat_likeness) * all
        };
        let times = self.context.said.iter().filter(alike).count() + 1;
        if times >= policy.repeat_times as usize {
            self.put("R-SPEECH-18", "said_before", (0, self.length), None);
        }
    }

    /// "Only so many left" that the stock does not bear out (R-SPEECH-16).
    fn stock(&mut self, plain: &Folded) {
        if self.context.stock.is_none() && !self.alone {
            return;
        }
        let text: String = plain.chars.iter().collect();
        for word in set("only_left") {
            let Some((before, rest)) = text.split_once(word.as_str()) else {
                continue;
            };
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let Ok(said) = digits.parse::<i64>() else { continue };
            let Some(stock) = self.context.stock else {
                self.graver |= self.holds("R-SPEECH-16");
                return;
            };
            if said != stock {
                let from = before.chars().count();
                let to = from + word.chars().count() + digits.len();
                let better = format!("{word}{stock}");
                let place = plain.back(from, to);
                self.put("R-SPEECH-16", "stock_differs", place, Some((better, place)));
                if let Some(f) = self.found.iter_mut().find(|f| f.reason == "stock_differs") {
                    f.args = vec![("stock", stock.to_string()), ("said", said.to_string())];
                }
            }
            return;
        }
    }

    /// The shop's own words.
    fn shop(&mut self, plain: &Folded) {
        let Some(words) = self.rules.words else { return };
        let mut hits = Vec::new();
        words.scan(&plain.chars, &mut hits);
        for (word, from, to) in hits {
            if is_part(&plain.chars, (from, to)) {
                continue;
            }
            if let Some((severity, better)) = words.carried(word) {
                let place = plain.back(from, to);
                let better = (!better.is_empty()).then(|| (better.to_owned(), place));
                self.put_as(severity, SHOP, "shop_word", place, better);
            }
        }
    }

    fn done(&mut self) -> Reading {
        self.found
            .sort_by(|a, b| b.severity.cmp(&a.severity).then(a.from.cmp(&b.from)));
        let verdict = match self.found.first().map(|f| f.severity) {
            Some(Severity::Block) => Verdict::Block,
            Some(Severity::Warn) => Verdict::Warn,
            Some(Severity::Hint) => Verdict::Hint,
            _ => Verdict::Clean,
        };
        Reading {
            verdict,
            findings: std::mem::take(&mut self.found),
        }
    }
}

/// Where the chain of an entry's groups ends, when it goes on behind `from`.
fn chain(entry: &Entry, group: usize, from: usize, hits: &[Hit], text: &Folded) -> Option<usize> {
    let Some(words) = entry.groups.get(group) else {
        return Some(from);
    };
    let begin = hits.partition_point(|hit| hit.1 < from);
    hits[begin..]
        .iter()
        .take_while(|hit| hit.1 <= from + entry.gap)
        .filter(|hit| words.binary_search(&hit.0).is_ok())
        .filter(|hit| entry.across || !text.chars[from..hit.1].iter().any(|c| is_stop(*c)))
        .find_map(|hit| chain(entry, group + 1, hit.2, hits, text))
}

/// Characters between a negation and what it takes back.
const NEGATION_GAP: usize = 8;

/// The words of a text by place and by number, and where its clauses and sentences end: what surrounds a place is looked up,
/// so that a long draft costs no more per word than a short one.
struct Said {
    /// By place.
    hits: Vec<Hit>,
    /// By number, then place.
    sorted: Vec<Hit>,
    /// Places of the marks that end a clause.
    stops: Vec<usize>,
    /// Those that end a sentence: commas do not.
    ends: Vec<usize>,
    length: usize,
}

impl Said {
    fn in_text(text: &Folded, view: &View) -> Self {
        let mut hits = Vec::new();
        view.lexicon.scan(&text.chars, &mut hits);
        let mut sorted = hits.clone();
        sorted.sort_unstable();
        let places = |ends: &dyn Fn(char) -> bool| -> Vec<usize> {
            let marks = text.chars.iter().enumerate().filter(|(_, c)| ends(**c));
            marks.map(|(n, _)| n).collect()
        };
        Self {
            hits,
            sorted,
            stops: places(&is_stop),
            ends: places(&|c| is_stop(c) && c != ','),
            length: text.chars.len(),
        }
    }

    /// Whether one of the words stands in `from..to`.
    fn any(&self, words: &[u32], from: usize, to: usize) -> bool {
        words.iter().any(|word| {
            let at = self.sorted.partition_point(|hit| (hit.0, hit.1) < (*word, from));
            self.sorted[at..]
                .iter()
                .take_while(|hit| hit.0 == *word && hit.1 < to)
                .any(|hit| hit.2 <= to)
        })
    }

    /// Words that begin in `from..to`.
    fn near(&self, from: usize, to: usize) -> impl Iterator<Item = &Hit> {
        let at = self.hits.partition_point(|hit| hit.1 < from);
        self.hits[at..].iter().take_while(move |hit| hit.1 < to)
    }

    fn between(&self, marks: &[usize], (from, to): (usize, usize)) -> (usize, usize) {
        let before = marks.partition_point(|mark| *mark < from);
        let begin = before.checked_sub(1).map_or(0, |n| marks[n] + 1);
        let after = marks.partition_point(|mark| *mark < to);
        (begin, marks.get(after).copied().unwrap_or(self.length))
    }

    /// The clause around a place.
    fn clause(&self, span: (usize, usize)) -> (usize, usize) {
        self.between(&self.stops, span)
    }

    /// The sentence around a place: commas do not end it.
    fn sentence(&self, span: (usize, usize)) -> (usize, usize) {
        self.between(&self.ends, span)
    }
}

/// Whether a Latin word is part of a longer one.
fn is_part(text: &[char], (from, to): (usize, usize)) -> bool {
    let cuts =
        |a: Option<&char>, b: char| a.is_some_and(|a| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric());
    cuts(from.checked_sub(1).and_then(|n| text.get(n)), text[from]) || cuts(text.get(to), text[to - 1])
}

/// Pairs of neighbouring characters, sorted, each once.
fn shingles(text: &[char]) -> Vec<(char, char)> {
    let letters: Vec<char> = text.iter().copied().filter(|c| c.is_alphanumeric()).collect();
    let mut pairs: Vec<_> = letters.windows(2).map(|w| (w[0], w[1])).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Where a host that begins here ends; `None` when none begins here.
fn host_at(text: &[char], at: usize) -> Option<usize> {
    let is_label = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !is_label(text[at]) || (at > 0 && (is_label(text[at - 1]) || text[at - 1] == '.')) {
        return None;
    }
    let mut end = at;
    let mut last = at;
    loop {
        while end < text.len() && is_label(text[end]) {
            end += 1;
        }
        if text.get(end) == Some(&'.') && text.get(end + 1).is_some_and(|c| is_label(*c)) {
            end += 1;
            last = end;
        } else {
            break;
        }
    }
    let ending: String = text[last..end].iter().collect();
    (last > at && text[at..end].iter().any(char::is_ascii_alphabetic) && set("endings").contains(&ending))
        .then_some(end)
}
