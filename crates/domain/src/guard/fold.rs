//! A draft made comparable, with a way back to its own characters.

/// Folded characters and the place in the draft that each came from.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// Comparable characters.
    pub(super) chars: Vec<char>,
    at: Vec<u32>,
}

impl Folded {
    /// First character of the draft behind `from..to` of the folded ones, and the first one after.
    pub(super) fn back(&self, from: usize, to: usize) -> (usize, usize) {
        match (self.at.get(from), self.at.get(to.wrapping_sub(1))) {
            (Some(a), Some(b)) => (*a as usize, *b as usize + 1),
            _ => (0, 0),
        }
    }
    /// The first folded character that came from there in the draft or from further on.
    pub(super) fn ahead(&self, draft: usize) -> usize {
        self.at.partition_point(|at| (*at as usize) < draft)
    }
    fn push(&mut self, c: char, at: usize) {
        self.chars.push(c);
        self.at.push(u32::try_from(at).unwrap_or(u32::MAX));
    }
}

/// Without width of its own: joins, marks, selectors.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{180e}' | '\u{34f}')
}

/// Ends a clause, once folded.
pub(super) const fn is_stop(c: char) -> bool {
    matches!(c, ',' | '.' | '!' | '?' | ';' | '\n')
}

/// One character as it is compared: narrow, small, plain.
pub(super) fn fold(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '。' | '｡' => '.',
        '、' => ',',
        '“' | '”' | '「' | '」' => '"',
        // Letters in circles and of mathematics; digits are the business of `number`.
        '\u{24b6}'..='\u{24cf}' => char::from_u32(c as u32 - 0x24b6 + 0x61).unwrap_or(c),
        '\u{24d0}'..='\u{24e9}' => char::from_u32(c as u32 - 0x24d0 + 0x61).unwrap_or(c),
        '\u{1f130}'..='\u{1f149}' => char::from_u32(c as u32 - 0x1f130 + 0x61).unwrap_or(c),
        '\u{1d400}'..='\u{1d6a3}' => {
            let n = (c as u32 - 0x1d400) % 52 % 26;
            char::from_u32(0x61 + n).unwrap_or(c)
        }
        'а' => 'a',
        'е' => 'e',
        'о' => 'o',
        'х' => 'x',
        'с' => 'c',
        'υ' | 'ν' | 'ѵ' => 'v',
        '❤' | '♥' | '💕' | '💗' | '💙' | '💚' | '💛' | '🧡' | '🖤' | '💜' => '心',
        '🐧' => '鹅',
        '➕' | '✚' => '+',
        // Traditional characters that the rules name.
        '絡' => '络',
        '號' => '号',
        '電' => '电',
        '話' => '话',
        '證' => '证',
        '現' => '现',
        '評' => '评',
        '發' => '发',
        '線' => '线',
        '碼' => '码',
        '臺' => '台',
        '灣' => '湾',
        '門' => '门',
        c => c,
    };
    super::number::digit(c)
        .filter(|_| !c.is_ascii() && !super::number::is_numeral_word(c))
        .map_or_else(|| c.to_lowercase().next().unwrap_or(c), |d| char::from(b'0' + d))
}

/// For words: narrow, small, without blanks and invisible marks; punctuation stays.
pub(super) fn plain(text: &str) -> Folded {
    let mut out = Folded::default();
    for (at, c) in text.chars().enumerate() {
        if is_invisible(c) {
            continue;
        }
        let c = fold(c);
        if c == '\n' || !c.is_whitespace() {
            out.push(c, at);
        }
    }
    out
}

/// For what hides: nothing but letters and digits is left, so that no mark between the characters of a word helps.
pub(super) fn bare(text: &str) -> Folded {
    let mut out = Folded::default();
    for (at, c) in text.chars().enumerate() {
        if is_invisible(c) {
            continue;
        }
        let c = fold(c);
        if c.is_alphanumeric() || c == '+' {
            out.push(c, at);
        }
    }
    out
}

/// Words of a rule or of the shop, folded as a draft is.
pub(super) fn word(text: &str, bare_view: bool) -> Vec<char> {
    if bare_view {
        bare(text).chars
    } else {
        plain(text).chars
    }
}
