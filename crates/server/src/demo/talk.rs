//! A talk as a whole: who says what, in which order, and what comes of it. Times are given by whoever plays it.

use super::goods::Product;
use super::words::{Slots, Style, Topic, Words, pick};
use fastrand::Rng;
use std::collections::BTreeMap;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Buyer,
    Agent,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// Words.
    Text(String),
    /// A picture.
    Picture,
    /// The card of the product that the talk is about.
    Product,
    /// The card of the order that the talk is about.
    Order,
    /// An order is placed; paid at once or not.
    Place { paid: bool },
    /// The conversation goes to this line, with a note.
    Transfer(&'static str, String),
    /// A private note; true: it names a colleague (`{人}`).
    Note(String, bool),
    /// The last message of the agent is taken back.
    Recall,
}

/// How long it takes until it happens, in kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pause {
    /// The buyer thinks and types.
    Think,
    /// The next piece of the same turn.
    Next,
    /// The agent answers.
    Answer,
    /// The agent answers with a ready greeting.
    Greet,
    /// The agent looked something up after a holding reply.
    LookUp,
    /// The buyer comes back after some minutes.
    Return,
    /// Together with what went before.
    Same,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) by: By,
    pub(crate) act: Act,
    pub(crate) pause: Pause,
}

/// What a talk is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Before buying.
    Goods,
    /// An order on its way.
    Way,
    /// An order that came.
    After,
    /// Something else.
    Other,
}

/// What is known before the talk begins.
pub(crate) struct Setting<'a> {
    pub(crate) words: &'a Words,
    pub(crate) subject: Subject,
    pub(crate) product: &'a Product,
    /// Has bought here before, and has it.
    pub(crate) known: bool,
    /// Whether the order that it is about has left.
    pub(crate) shipped: bool,
    pub(crate) style: Style,
    /// Whether another line takes over such talks.
    pub(crate) hand_on: bool,
    pub(crate) slots: Slots,
}

/// What became of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Talked {
    pub(crate) steps: Vec<Step>,
    /// Taken off the price, in fen.
    pub(crate) off_fen: i64,
    /// How content the buyer is, 1 to 5.
    pub(crate) mood: i64,
    /// The goods went back or part of the money did.
    pub(crate) refund: bool,
}

struct Writer<'a> {
    s: &'a Setting<'a>,
    rng: &'a mut Rng,
    steps: Vec<Step>,
    greeted: bool,
}

impl Writer<'_> {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    fn push(&mut self, by: By, act: Act, pause: Pause) {
        self.steps.push(Step { by, act, pause });
    }

    /// A turn of one side: `|` cuts it, `[…]` is a picture.
    fn turn(&mut self, by: By, template: &str, mut pause: Pause) {
        let text = self.s.slots.fill(template);
        for piece in text.split('|') {
            let mut rest = piece;
            while let Some(open) = rest.find('[') {
                let before = rest[..open].trim();
                if !before.is_empty() {
                    self.one(by, before, pause);
                    pause = Pause::Next;
                }
                self.push(by, Act::Picture, pause);
                pause = Pause::Next;
                rest = rest[open..]
                    .find(']')
                    .map_or("", |close| &rest[open + close + 1..]);
            }
            if !rest.trim().is_empty() {
                self.one(by, rest.trim(), pause);
                pause = Pause::Next;
            }
        }
    }

    /// One piece of a turn, in the way that its writer writes.
    fn one(&mut self, by: By, text: &str, pause: Pause) {
        match by {
            By::Agent => {
                let text = self.styled(text);
                self.push(by, Act::Text(text), pause);
            }
            By::Buyer => {
                // Some send half a sentence at a time.
                if self.rng.u32(0..100) < 14
                    && let Some((a, b)) = text.split_once('，')
                {
                    let (a, b) = (a.to_owned(), b.to_owned());
                    self.push(by, Act::Text(a), pause);
                    self.push(by, Act::Text(b), Pause::Next);
                    return;
                }
                let mut text = text.to_owned();
                match self.rng.u32(0..40) {
                    0 => text.push('～'),
                    1 => text.push_str("。。"),
                    2 => text.push('？'),
                    3 => text.push('呀'),
                    _ => {}
                }
                if text.ends_with("吗呀")
                    || text.ends_with("呀呀")
                    || text.ends_with("啦呀")
                    || text.ends_with("？？")
                {
                    text.pop();
                }
                self.push(by, Act::Text(text), pause);
            }
        }
    }

    fn styled(&mut self, text: &str) -> String {
        let ends_open = text
            .chars()
            .last()
            .is_some_and(|c| !"呢哦吗哈了～😊。，的吧？".contains(c));
        let long = text.chars().count() >= 5;
        let roll = self.rng.u32(0..100);
        match self.s.style {
            Style::Warm if roll < 34 && ends_open && long => {
                format!("{text}{}", ["呢", "哦", "～", "哈"][self.rng.usize(0..4)])
            }
            Style::Warm if roll < 42 && long => format!("亲，{text}"),
            Style::Gentle if roll < 10 && long => format!("您放心，{text}"),
            Style::Gentle if roll < 18 && ends_open && long => format!("{text}哦"),
            _ => text.to_owned(),
        }
    }

    fn buyer(&mut self, list: &[String]) {
        let text = pick(self.rng, list).to_owned();
        self.turn(By::Buyer, &text, Pause::Think);
    }

    fn agent(&mut self, list: &[String], pause: Pause) {
        let text = pick(self.rng, list).to_owned();
        self.turn(By::Agent, &text, pause);
    }

    /// An answer: the first one is a greeting, some ask for patience before.
    fn answer(&mut self, template: &str) {
        let words = self.s.words;
        if !self.greeted {
            self.greet();
        }
        let pause = if self.chance(4) {
            self.agent(&words.talk.bits.hold, Pause::Answer);
            Pause::LookUp
        } else {
            Pause::Answer
        };
        if self.chance(1) {
            self.agent(&words.talk.bits.slip, pause);
            self.push(By::Agent, Act::Recall, Pause::Next);
        }
        self.turn(By::Agent, template, pause);
    }

    /// The last words of who hands on: a greeting, if there was none yet.
    fn see_off(&mut self) {
        if self.greeted {
            self.agent(&self.s.words.talk.handover.say, Pause::Answer);
        } else {
            self.greet();
        }
    }

    fn greet(&mut self) {
        let open = &self.s.words.talk.open;
        let list = match self.s.style {
            _ if self.s.known && self.rng.bool() => &open.friend,
            Style::Warm => &open.warm,
            Style::Brisk => &open.brisk,
            Style::Gentle => &open.gentle,
        };
        self.greeted = true;
        self.agent(list, Pause::Greet);
    }

    /// A question, often with a word before or after it.
    fn question(&mut self, topic: &Topic) {
        let bits = &self.s.words.talk.bits;
        let mut text = pick(self.rng, &topic.q).to_owned();
        let is_new = matches!(self.s.subject, Subject::Goods | Subject::Other);
        if is_new && self.chance(34) && !text.starts_with('请') {
            text.insert_str(0, pick(self.rng, &bits.lead));
        }
        if self.s.subject != Subject::Other && self.chance(42) && !text.contains('[') {
            let list = match (is_new, self.s.known) {
                (false, _) => &bits.tail_after,
                (true, false) if self.chance(8) => &bits.tail_first,
                (true, _) => &bits.tail,
            };
            text.push_str(pick(self.rng, list));
        }
        self.turn(By::Buyer, &text, Pause::Think);
    }

    /// A topic: question, answer, and what may follow.
    fn topic(&mut self, topic: &Topic, more: u32) {
        self.question(topic);
        let answer = pick(self.rng, &topic.a).to_owned();
        self.answer(&answer);
        let mut left: Vec<usize> = (0..topic.then.len()).collect();
        let mut chance = more;
        while !left.is_empty() && self.chance(chance) {
            let (q, a) = &topic.then[left.swap_remove(self.rng.usize(0..left.len()))];
            self.turn(By::Buyer, q, Pause::Think);
            self.turn(By::Agent, a, Pause::Answer);
            chance /= 3;
        }
    }

    /// A note that fits what was said until now.
    fn note(&mut self, of: &BTreeMap<String, Vec<String>>) -> String {
        let by_buyer = || self.steps.iter().filter(|s| s.by == By::Buyer);
        let said: Vec<&str> = by_buyer()
            .filter_map(|s| match &s.act {
                Act::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let photo = by_buyer().any(|s| s.act == Act::Picture);
        let fitting = self.s.words.talk.note.fitting(of, &said, photo, self.s.known);
        fitting[self.rng.usize(0..fitting.len())].to_owned()
    }

    fn thanks(&mut self) {
        let bits = &self.s.words.talk.bits;
        self.buyer(&bits.thanks);
        if self.chance(78) {
            self.agent(&bits.bye, Pause::Answer);
        }
    }
}

/// Writes a talk.
pub(crate) fn write(setting: &Setting<'_>, rng: &mut Rng) -> Talked {
    let words = setting.words;
    let mut w = Writer {
        s: setting,
        rng,
        steps: Vec::new(),
        greeted: false,
    };
    let mut talked = Talked {
        mood: 4,
        ..Talked::default()
    };
    // Buyers who open with a word of greeting wait for ours; the others ask at once.
    if w.chance(34) {
        w.buyer(if setting.known {
            &words.talk.open.again
        } else {
            &words.talk.open.hello
        });
        if w.chance(64) {
            w.greet();
        }
    }
    match setting.subject {
        Subject::Goods => goods(&mut w, &mut talked),
        Subject::Way => way(&mut w, &mut talked),
        Subject::After => after(&mut w, &mut talked),
        Subject::Other => {
            let topic = &words.talk.other[w.rng.usize(0..words.talk.other.len())];
            w.topic(topic, 40);
            talked.mood = 3;
        }
    }
    if w.chance(2) {
        let text = w.note(&words.talk.note.plain);
        w.push(By::Agent, Act::Note(text, false), Pause::Next);
    }
    if w.rng.u32(0..1000) < 12 {
        let text = setting.slots.fill_but(&w.note(&words.talk.note.mention));
        w.push(By::Agent, Act::Note(text, true), Pause::Next);
    }
    talked.steps = w.steps;
    talked
}

fn goods(w: &mut Writer<'_>, talked: &mut Talked) {
    let talk = &w.s.words.talk;
    let category = w.s.product.category;
    if w.chance(26) {
        w.push(
            By::Buyer,
            Act::Product,
            if w.steps.is_empty() {
                Pause::Think
            } else {
                Pause::Next
            },
        );
    }
    let own: Vec<&Topic> = talk
        .ask
        .iter()
        .filter(|t| t.suits.iter().any(|c| c == category))
        .collect();
    let any: Vec<&Topic> = talk.ask.iter().filter(|t| t.suits.is_empty()).collect();
    let count = match w.rng.u32(0..100) {
        0..44 => 1,
        44..80 => 2,
        80..95 => 3,
        _ => 4,
    };
    let mut asked: Vec<*const Topic> = Vec::new();
    for n in 0..count {
        let list = if !own.is_empty() && w.rng.u32(0..100) < 58 {
            &own
        } else {
            &any
        };
        let topic = list[w.rng.usize(0..list.len())];
        if asked.contains(&std::ptr::from_ref(topic)) {
            continue;
        }
        asked.push(std::ptr::from_ref(topic));
        w.topic(topic, 44);
        if n == 0 && w.chance(12) {
            w.agent(&talk.bits.check, Pause::Next);
            w.buyer(&talk.bits.reply);
        }
        if w.chance(10) {
            w.buyer(&talk.bits.ok);
        }
        if w.chance(6) {
            w.push(By::Agent, Act::Product, Pause::Next);
        }
    }
    let mut buys = 60;
    if w.chance(24) {
        w.buyer(&talk.bargain.ask);
        if w.chance(45) {
            let list = &talk.bargain.yes;
            let text = pick(w.rng, list).to_owned();
            w.answer(&text);
            talked.off_fen = w.rng.i64(1..4) * 500;
            buys += 22;
        } else {
            let list = &talk.bargain.no;
            let text = pick(w.rng, list).to_owned();
            w.answer(&text);
            buys -= 10;
        }
        if w.chance(40) {
            w.buyer(&talk.bargain.push);
            w.agent(&talk.bargain.settle, Pause::Answer);
        }
    }
    if w.chance(buys) {
        let paid = w.chance(86);
        w.push(By::Buyer, Act::Place { paid }, Pause::Return);
        if paid {
            let list = &talk.buy.say;
            let text = pick(w.rng, list).to_owned();
            w.turn(By::Buyer, &text, Pause::Next);
            if w.chance(70) {
                if w.chance(35) {
                    w.push(By::Agent, Act::Order, Pause::Answer);
                    w.agent(&talk.buy.ack, Pause::Next);
                } else {
                    w.agent(&talk.buy.ack, Pause::Answer);
                }
                w.buyer(&talk.buy.yes);
            }
            w.agent(&talk.buy.done, Pause::Answer);
            talked.mood = 5;
        } else {
            let list = &talk.buy.unpaid;
            let text = pick(w.rng, list).to_owned();
            w.turn(By::Buyer, &text, Pause::Next);
            w.agent(&talk.buy.hold, Pause::Answer);
        }
        if w.chance(45) {
            w.thanks();
        }
    } else if w.chance(74) {
        w.buyer(&talk.leave.say);
        if w.chance(72) {
            w.agent(&talk.leave.ack, Pause::Answer);
        }
    }
}

fn way(w: &mut Writer<'_>, talked: &mut Talked) {
    let talk = &w.s.words.talk;
    if w.chance(22) {
        w.push(
            By::Buyer,
            Act::Order,
            if w.steps.is_empty() {
                Pause::Think
            } else {
                Pause::Next
            },
        );
    }
    let fitting: Vec<&Topic> = talk
        .way
        .iter()
        .filter(|t| t.shipped.is_none_or(|shipped| shipped == w.s.shipped))
        .collect();
    let topic = fitting[w.rng.usize(0..fitting.len())];
    if w.s.hand_on {
        w.question(topic);
        w.see_off();
        w.push(
            By::Agent,
            Act::Transfer("售中", topic.hand_on.clone()),
            Pause::Answer,
        );
        let answer = pick(w.rng, &topic.a).to_owned();
        w.answer(&answer);
        if let Some((q, a)) = topic.then.first() {
            w.turn(By::Buyer, q, Pause::Think);
            w.turn(By::Agent, a, Pause::Answer);
        }
    } else {
        w.topic(topic, 66);
    }
    talked.mood = w.rng.i64(2..=5);
    if w.chance(50) {
        w.thanks();
    }
}

fn after(w: &mut Writer<'_>, talked: &mut Talked) {
    let talk = &w.s.words.talk;
    if w.chance(20) {
        w.push(
            By::Buyer,
            Act::Order,
            if w.steps.is_empty() {
                Pause::Think
            } else {
                Pause::Next
            },
        );
    }
    let category = w.s.product.category;
    let which = loop {
        let which = w.rng.usize(0..talk.after.len());
        let suits = &talk.after[which].suits;
        if suits.is_empty() || suits.iter().any(|c| c == category) {
            break which;
        }
    };
    let topic = &talk.after[which];
    if w.s.hand_on && which + 1 < talk.after.len() {
        w.question(topic);
        w.see_off();
        w.push(
            By::Agent,
            Act::Transfer("售后", topic.hand_on.clone()),
            Pause::Answer,
        );
        let answer = pick(w.rng, &topic.a).to_owned();
        w.answer(&answer);
        for (q, a) in topic.then.iter().take(2) {
            w.turn(By::Buyer, q, Pause::Think);
            w.turn(By::Agent, a, Pause::Answer);
        }
    } else {
        w.topic(topic, 96);
    }
    // The first four of the file are troubles, the last one is praise.
    talked.mood = match which {
        0..4 => w.rng.i64(1..=5),
        n if n + 1 == talk.after.len() => 5,
        _ => w.rng.i64(3..=5),
    };
    talked.refund = matches!(which, 1 | 3) && w.chance(62) || which < 4 && w.chance(14);
    if w.chance(46) {
        w.thanks();
    }
}

impl Slots {
    /// Filled in but for the colleague's name, which is known later.
    fn fill_but(&self, text: &str) -> String {
        let mut own = self.clone();
        own.set("人", "{人}");
        own.fill(text)
    }
}
