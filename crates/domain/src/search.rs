//! Finding words: how a text is folded, cut into pairs, and when it answers a query. Pure, the same on both databases.
//!
//! A text is folded character by character (lower case, full width to half), so that places in the folded text are places
//! in the text itself. Each pair of neighbouring characters is a *gram*; the index knows for each gram where it occurs. A
//! query's grams give candidates, and [`Query::marks`] decides on the text itself, so nothing is found that is not there.
//!
//! Chinese is found at any two characters. Latin words are found whole or by their beginning. Digits are found by the
//! beginning of the run, and from four digits on by its end too (tail of an order or phone number). Several words must all
//! be there. Traditional characters are left alone.

/// Two folded characters as one number.
pub type Gram = i64;

/// Digits from which on the end of a run is found too, and length of a phone's visible tail.
pub const TAIL: usize = 4;
/// Grams of a word that are asked of the index; the text itself decides about the others.
const ASKED: usize = 6;
/// Words of a query that count.
const WORDS: usize = 8;
/// Characters of a query that count.
const QUERY: usize = 200;
/// Stands for everything that cannot be searched.
const GAP: char = ' ';

/// One character as the index sees it.
pub fn fold(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => GAP,
        c => c,
    };
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        // A character that becomes two would move all places behind it.
        _ => c,
    }
}

/// A text as the index sees it: as many characters as the text has, a blank where nothing can be searched.
///
/// `.`, `-`, `_`, `@` stay between Latin letters or digits (`3.5`, `a-1`); `×` and `*` between digits become `x`.
pub fn fold_text(text: &str) -> Vec<char> {
    let mut folded: Vec<char> = text.chars().map(fold).collect();
    for i in 0..folded.len() {
        let c = folded[i];
        if c.is_alphanumeric() {
            continue;
        }
        let before = i.checked_sub(1).map_or(GAP, |b| folded[b]);
        let after = folded.get(i + 1).copied().unwrap_or(GAP);
        folded[i] = match c {
            '.' | '-' | '_' | '@' if before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric() => c,
            '×' | '*' if before.is_ascii_digit() && after.is_ascii_digit() => 'x',
            _ => GAP,
        };
    }
    folded
}

fn gram(a: char, b: char) -> Gram {
    (i64::from(u32::from(a)) << 21) | i64::from(u32::from(b))
}

/// Every gram of a folded text, in its order, doubles included.
pub fn grams(folded: &[char]) -> impl Iterator<Item = Gram> + '_ {
    folded
        .windows(2)
        .filter(|pair| pair[0] != GAP && pair[1] != GAP)
        .map(|pair| gram(pair[0], pair[1]))
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    chars: Vec<char>,
    digits: bool,
}

impl Word {
    fn new(chars: &[char]) -> Self {
        Self {
            chars: chars.to_vec(),
            digits: chars.iter().all(char::is_ascii_digit),
        }
    }

    /// Grams to ask the index for: all of a short word, some of a long one, spread over it.
    fn grams(&self) -> Vec<Gram> {
        let all: Vec<Gram> = grams(&self.chars).collect();
        if all.len() <= ASKED {
            return all;
        }
        (0..ASKED)
            .map(|i| all[i * (all.len() - 1) / (ASKED - 1)])
            .collect()
    }

    /// Whether the word stands at this place of a folded text.
    fn is_at(&self, folded: &[char], at: usize) -> bool {
        let end = at + self.chars.len();
        if folded.get(at..end) != Some(&self.chars[..]) {
            return false;
        }
        let (first, before) = (self.chars[0], at.checked_sub(1).map(|b| folded[b]));
        let inside = before.is_some_and(|b| {
            (first.is_ascii_digit() && b.is_ascii_digit())
                || (first.is_ascii_alphabetic() && b.is_ascii_alphabetic())
        });
        if !inside {
            return true;
        }
        let run_ends = folded.get(end).is_none_or(|c| !c.is_ascii_digit());
        self.digits && self.chars.len() >= TAIL && run_ends
    }

    fn places<'a>(&'a self, folded: &'a [char]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let len = self.chars.len();
        (0..(folded.len() + 1).saturating_sub(len))
            .filter(move |at| self.is_at(folded, *at))
            .map(move |at| (at, at + len))
    }

    fn is_in(&self, field: Field<'_>) -> bool {
        match field {
            Field::Text(text) => self.places(&fold_text(text)).next().is_some(),
            Field::Number(number) => {
                let folded = fold_text(number);
                folded == self.chars
                    || (self.chars.len() >= TAIL
                        && (folded.starts_with(&self.chars) || folded.ends_with(&self.chars)))
            }
            Field::Whole(text) => fold_text(text) == self.chars,
            Field::Phone(phone) => {
                if !self.digits {
                    return false;
                }
                // What a platform has masked already shows its own tail.
                let shows_tail = |digits: &[char]| digits.len() >= SHOWN || phone.contains('*');
                let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
                digits == self.chars
                    || (self.chars.len() == TAIL && shows_tail(&digits) && digits.ends_with(&self.chars))
            }
        }
    }
}

/// Something that is searched beside messages: what may be found of it depends on what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<'a> {
    /// Words: by any two characters, by beginnings of Latin words.
    Text(&'a str),
    /// A number of the shop or platform: whole, or four or more characters from either end.
    Number(&'a str),
    /// A masked name: only as a whole.
    Whole(&'a str),
    /// A masked phone number: whole, or its visible tail. Nothing between, so that it cannot be guessed digit by digit.
    Phone(&'a str),
}

impl<'a> Field<'a> {
    /// What the index reads of it.
    pub const fn text(self) -> &'a str {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Whole(text) | Self::Phone(text) => text,
        }
    }
}

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    words: Vec<Word>,
}

/// Places of a found text, in characters: from, to (exclusive), in order, not overlapping.
pub type Marks = Vec<(usize, usize)>;

impl Query {
    /// Reads what was typed. Words are cut at blanks and punctuation.
    pub fn parse(text: &str) -> Self {
        let cut: String = text.chars().take(QUERY).collect();
        let folded = fold_text(&cut);
        let mut words: Vec<Word> = Vec::new();
        for chars in folded.split(|c| *c == GAP).filter(|chars| !chars.is_empty()) {
            let word = Word::new(chars);
            if words.len() < WORDS && !words.contains(&word) {
                words.push(word);
            }
        }
        Self { words }
    }

    /// Nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Too short for texts: no word of two characters. Names can still be looked up by [`Query::initial`].
    pub fn is_short(&self) -> bool {
        self.words.iter().all(|word| word.chars.len() < 2)
    }

    /// The only character of a query of one character.
    pub fn initial(&self) -> Option<char> {
        match &self.words[..] {
            [word] if word.chars.len() == 1 => word.chars.first().copied(),
            _ => None,
        }
    }

    /// The query as one number, if it is one word: what is compared for an exact hit.
    pub fn is_exactly(&self, number: &str) -> bool {
        matches!(&self.words[..], [word] if fold_text(number) == word.chars)
    }

    /// Grams that every text with all the words has; empty only if the query [is short](Self::is_short).
    pub fn grams(&self) -> Vec<Gram> {
        let mut all: Vec<Gram> = self.words.iter().flat_map(Word::grams).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Where the words stand in a text; `None` unless all of them are there.
    pub fn marks(&self, text: &str) -> Option<Marks> {
        let folded = fold_text(text);
        let mut marks = Vec::new();
        for word in &self.words {
            let before = marks.len();
            marks.extend(word.places(&folded));
            if marks.len() == before {
                return None;
            }
        }
        Some(merged(marks))
    }

    /// Where any of the words stand in a text: for showing one field of several.
    pub fn some_marks(&self, text: &str) -> Marks {
        let folded = fold_text(text);
        merged(self.words.iter().flat_map(|word| word.places(&folded)).collect())
    }

    /// Whether each word is in one of the fields.
    pub fn is_in(&self, fields: &[Field<'_>]) -> bool {
        !self.words.is_empty()
            && self
                .words
                .iter()
                .all(|word| fields.iter().any(|field| word.is_in(*field)))
    }
}

fn merged(mut marks: Marks) -> Marks {
    marks.sort_unstable();
    let mut out: Marks = Vec::with_capacity(marks.len());
    for (from, to) in marks {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// A piece of at most `most` characters around the first mark, line breaks as blanks, marks moved with it.
pub fn excerpt(text: &str, marks: &[(usize, usize)], most: usize) -> (String, Marks) {
    let chars: Vec<char> = text
        .chars()
        .map(|c| if c.is_control() { GAP } else { c })
        .collect();
    let first = marks.first().map_or(0, |mark| mark.0);
    let start = if chars.len() <= most {
        0
    } else {
        // A third of the room before the hit, but no room wasted behind the end.
        first.saturating_sub(most / 3).min(chars.len() - most)
    };
    let end = chars.len().min(start + most);
    let mut out = String::new();
    let lead = usize::from(start > 0);
    if start > 0 {
        out.push('…');
    }
    out.extend(&chars[start..end]);
    if end < chars.len() {
        out.push('…');
    }
    let moved = marks
        .iter()
        .filter(|(from, to)| *to > start && *from < end)
        .map(|(from, to)| ((*from).max(start) - start + lead, (*to).min(end) - start + lead))
        .collect();
    (out, moved)
}

/// Places of a segment as stored: ascending, each as the distance from the one before in seven bits a byte.
pub fn pack(places: &[u16]) -> Vec<u8> {
    let mut out = Vec::with_capacity(places.len() + 2);
    let mut last = 0u16;
    for place in places {
        let mut gap = place.wrapping_sub(last);
        last = *place;
        while gap >= 0x80 {
            out.push((gap as u8 & 0x7f) | 0x80);
            gap >>= 7;
        }
        out.push(gap as u8);
    }
    out
}

/// The reverse of [`pack`].
pub fn unpack(bytes: &[u8]) -> Vec<u16> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut last, mut gap, mut shift) = (0u16, 0u32, 0u32);
    for byte in bytes {
        gap |= u32::from(byte & 0x7f) << shift.min(21);
        if byte & 0x80 == 0 {
            last = last.wrapping_add(gap as u16);
            out.push(last);
            (gap, shift) = (0, 0);
        } else {
            shift += 7;
        }
    }
    out
}

/// What two ascending lists share.
pub fn shared(a: &[u16], b: &[u16]) -> Vec<u16> {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if few.len() * 16 < many.len() {
        return few
            .iter()
            .copied()
            .filter(|place| many.binary_search(place).is_ok())
            .collect();
    }
    let mut out = Vec::with_capacity(few.len());
    let (mut i, mut j) = (0, 0);
    while i < few.len() && j < many.len() {
        match few[i].cmp(&many[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                out.push(few[i]);
                i += 1;
                j += 1;
            }
        }
    }
    out
}

/// Digits of a phone number whose tail is shown ([`crate::buyer::mask_phone`]).
const SHOWN: usize = 11;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(query: &str, text: &str) -> bool {
        Query::parse(query).marks(text).is_some()
    }

    /// What the index does before the text decides: every gram of the query is one of the text's.
    fn candidate(query: &str, text: &str) -> bool {
        let folded = fold_text(text);
        let have: std::collections::HashSet<Gram> = grams(&folded).collect();
        Query::parse(query).grams().iter().all(|gram| have.contains(gram))
    }

    #[test]
    fn words_and_texts() {
        let table = [
            // Chinese: any two characters that stand beside each other.
            ("有货", "这款有货吗", true),
            ("货吗", "这款有货吗", true),
            ("款货", "这款有货吗", false),
            ("有货 尺码", "有货的，尺码按平时拍", true),
            ("尺码 有货", "有货的，尺码按平时拍", true),
            ("有货 颜色", "有货的，尺码按平时拍", false),
            ("货的，尺码", "有货的，尺码按平时拍", true),
            // Traditional characters are other characters.
            ("尺碼", "尺码按平时拍", false),
            ("尺碼", "請問尺碼", true),
            // Latin: whole words and their beginnings, any case, any width.
            ("iPhone", "支持IPHONE吗", true),
            ("iph", "支持iPhone 17吗", true),
            ("phone", "支持iPhone吗", false),
            ("ｉｐｈ", "支持iPhone吗", true),
            ("iph", "支持ＩＰＨＯＮＥ吗", true),
            ("17", "支持iPhone17吗", true),
            ("iphone17", "支持iPhone17吗", true),
            // Digits: beginning of a run; the end from four digits on.
            ("2207", "尾号13812342207", true),
            ("207", "尾号13812342207", false),
            ("1381", "尾号13812342207", true),
            ("138", "尾号13812342207", true),
            ("1234", "尾号13812342207", false),
            ("13812342207", "尾号13812342207", true),
            ("3.5", "要3.5米的", true),
            ("3.0×2.4", "做3.0*2.4米", true),
            ("3.0x2.4", "做3.0×2.4米", true),
            ("2.4", "做3.0×2.4米", true),
            ("xd-03", "编码XD-03", true),
            // Nothing to look for is found nowhere by the caller; here it would be everywhere.
            ("有", "有货吗", true),
        ];
        for (query, text, expected) in table {
            assert_eq!(found(query, text), expected, "{query:?} in {text:?}");
            if expected {
                assert!(
                    candidate(query, text),
                    "the index would not offer {text:?} for {query:?}"
                );
            }
        }
    }

    #[test]
    fn marks_are_places_in_the_text_itself() {
        let marks = |query: &str, text: &str| Query::parse(query).marks(text).unwrap();
        assert_eq!(
            marks("ＡＢ 有货", "问：ab有货，AB没有货"),
            [(2, 6), (7, 9), (10, 12)]
        );
        assert_eq!(marks("哈哈", "哈哈哈"), [(0, 3)]);
        let (text, marks) = excerpt(
            &format!("{}有货{}", "前".repeat(300), "后".repeat(300)),
            &[(300, 302)],
            30,
        );
        assert_eq!(text.chars().count(), 32);
        let (from, to) = marks[0];
        assert_eq!(
            text.chars().skip(from).take(to - from).collect::<String>(),
            "有货"
        );
        assert_eq!(
            excerpt("一\n二", &[(2, 3)], 30),
            ("一 二".to_owned(), vec![(2, 3)])
        );
    }

    #[test]
    fn short_queries() {
        for (text, empty, short, initial) in [
            ("", true, true, None),
            ("  ，。", true, true, None),
            ("有", false, true, Some('有')),
            ("A", false, true, Some('a')),
            ("在 吗", false, true, None),
            ("在吗", false, false, None),
            ("我 要退", false, false, None),
        ] {
            let query = Query::parse(text);
            assert_eq!(
                (query.is_empty(), query.is_short(), query.initial()),
                (empty, short, initial),
                "{text:?}"
            );
            assert_eq!(query.grams().is_empty(), short, "{text:?}");
        }
        assert!(Query::parse("4812").is_exactly("4812"));
        assert!(!Query::parse("4812").is_exactly("48123"));
        // However long: few questions.
        assert!(Query::parse(&"一二三四五六七八九十".repeat(30)).grams().len() <= ASKED);
    }

    #[test]
    fn what_is_masked_is_found_by_its_tail_or_whole() {
        let phone = [Field::Text("一颗桃子"), Field::Phone("138 1234-2207")];
        for (query, expected) in [
            ("2207", true),
            ("13812342207", true),
            ("桃子 2207", true),
            ("1381", false),
            ("42207", false),
            ("1234", false),
            ("138", false),
            ("207", false),
            ("桃子 1381", false),
        ] {
            assert_eq!(Query::parse(query).is_in(&phone), expected, "{query}");
        }
        let number = [Field::Number("3821006172294718")];
        for (query, expected) in [
            ("3821006172294718", true),
            ("3821", true),
            ("4718", true),
            ("94718", true),
            ("718", false),
            ("2294", false),
        ] {
            assert_eq!(Query::parse(query).is_in(&number), expected, "{query}");
        }
        assert!(!Query::parse("").is_in(&number));
        let name = [Field::Whole("王小明")];
        assert!(Query::parse("王小明").is_in(&name));
        assert!(!Query::parse("小明").is_in(&name) && !Query::parse("王小").is_in(&name));
        assert!(Query::parse("2207").is_in(&[Field::Phone("138****2207")]));
        assert!(!Query::parse("5512").is_in(&[Field::Phone("95512")]));
    }

    const HAN: &str = "[有货吗这款尺码怎么选发的按平时亲您好退换]{2,24}";

    proptest! {
        #[test]
        fn any_piece_of_two_han_characters_or_more_is_found(text in HAN, around in "[a-z0-9 ，。]{0,9}", a in 0usize..24, b in 0usize..24) {
            let chars: Vec<char> = text.chars().collect();
            let (from, to) = (a.min(b).min(chars.len() - 2), (a.max(b)).min(chars.len()));
            let to = to.max(from + 2);
            let piece: String = chars[from..to].iter().collect();
            let whole = format!("{around}{text}{around}");
            prop_assert!(candidate(&piece, &whole));
            let marks = Query::parse(&piece).marks(&whole).unwrap();
            let at = around.chars().count() + from;
            prop_assert!(marks.iter().any(|m| m.0 <= at && m.1 >= at + piece.chars().count()));
        }

        #[test]
        fn whatever_is_found_was_offered_by_the_index(text in "\\PC{0,40}", query in "\\PC{2,6}") {
            let q = Query::parse(&query);
            if !q.is_short() && q.marks(&text).is_some() {
                prop_assert!(candidate(&query, &text));
            }
        }

        #[test]
        fn folding_keeps_every_place(text in "\\PC{0,60}") {
            prop_assert_eq!(fold_text(&text).len(), text.chars().count());
        }

        #[test]
        fn packed_places_come_back(places in proptest::collection::btree_set(any::<u16>(), 0..400)) {
            let places: Vec<u16> = places.into_iter().collect();
            prop_assert_eq!(unpack(&pack(&places)), places);
        }

        #[test]
        fn shared_places_are_those_of_both(a in proptest::collection::btree_set(0u16..2_000, 0..300), b in proptest::collection::btree_set(0u16..2_000, 0..9)) {
            let expected: Vec<u16> = a.intersection(&b).copied().collect();
            let (a, b): (Vec<u16>, Vec<u16>) = (a.into_iter().collect(), b.into_iter().collect());
            prop_assert_eq!(shared(&a, &b), expected.clone());
            prop_assert_eq!(shared(&b, &a), expected);
        }
    }
}
