//! Numbers in a draft, however they are written: wide, circled, as emoji, in Chinese, with something between the digits.

use super::fold::is_invisible;

/// What a number looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A mobile telephone of mainland China.
    Mobile,
    /// A fixed line with its area code, or a service number 400, 800.
    Line,
    /// Any other run of five digits or more: an order, a parcel, a price list, an id.
    Other,
}

/// A number of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it looks like.
    pub kind: Kind,
    /// ASCII digits, nothing between them, without the country's code.
    pub digits: String,
    /// First character of the draft.
    pub from: usize,
    /// First character after it.
    pub to: usize,
    /// Somebody took pains: other signs than ASCII digits, or separators between single digits.
    pub disguised: bool,
}

/// A Chinese character that is a digit and also a common word's part.
pub(super) const fn is_numeral_word(c: char) -> bool {
    matches!(
        c,
        '零' | '〇'
            | '一'
            | '二'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '壹'
            | '贰'
            | '貳'
            | '叁'
            | '參'
            | '肆'
            | '伍'
            | '陆'
            | '陸'
            | '柒'
            | '捌'
            | '玖'
            | '幺'
            | '①'..='⑨'
    ) && !matches!(c, '①'..='⑨')
}

/// The value of a character that stands for one digit.
pub(super) const fn digit(c: char) -> Option<u8> {
    let n = match c {
        '0'..='9' => c as u32 - '0' as u32,
        '\u{ff10}'..='\u{ff19}' => c as u32 - 0xff10,
        '\u{2460}'..='\u{2468}' => c as u32 - 0x2460 + 1,
        '\u{24ea}' | '\u{24ff}' | '\u{1f10b}' | '\u{1f10c}' => 0,
        '\u{2474}'..='\u{247c}' => c as u32 - 0x2474 + 1,
        '\u{2488}'..='\u{2490}' => c as u32 - 0x2488 + 1,
        '\u{24f5}'..='\u{24fd}' => c as u32 - 0x24f5 + 1,
        '\u{2776}'..='\u{277e}' => c as u32 - 0x2776 + 1,
        '\u{2780}'..='\u{2788}' => c as u32 - 0x2780 + 1,
        '\u{278a}'..='\u{2792}' => c as u32 - 0x278a + 1,
        '\u{3220}'..='\u{3228}' => c as u32 - 0x3220 + 1,
        '\u{1d7ce}'..='\u{1d7ff}' => (c as u32 - 0x1d7ce) % 10,
        '\u{2080}'..='\u{2089}' => c as u32 - 0x2080,
        '\u{2070}' => 0,
        '\u{b9}' => 1,
        '\u{b2}' => 2,
        '\u{b3}' => 3,
        '\u{2074}'..='\u{2079}' => c as u32 - 0x2070,
        '零' | '〇' | '○' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '贰' | '貳' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    };
    Some(n as u8)
}

/// May stand between the digits of one number.
const fn is_gap(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}'
            | '\u{3000}'
            | '-'
            | '_'
            | '.'
            | '·'
            | '•'
            | '*'
            | '/'
            | '|'
            | '~'
            | '～'
            | '—'
            | '–'
            | '－'
            | '．'
            | '。'
            | ','
            | '，'
            | '、'
            | '\''
            | '^'
            | '='
            | '#'
            | '('
            | ')'
            | '（'
            | '）'
            | '+'
    ) || matches!(c as u32, 0x2600..=0x27bf | 0x1f300..=0x1faff)
}

struct Token {
    digits: String,
    from: usize,
    to: usize,
    odd: bool,
    /// What stands between this one and the one before; empty at the beginning.
    gap: String,
}

/// Real digits that a run of digits and look-alikes must have before the look-alikes are read as digits, too.
const REAL_DIGITS: usize = 6;

/// The digit that a letter looks like.
const fn looks_like(c: char) -> Option<char> {
    match c {
        'O' | 'o' => Some('0'),
        'l' | 'I' | 'i' => Some('1'),
        _ => None,
    }
}

/// Letters in the place of digits: `13800l38OOO`. Only in a run that has no other letters, which codes and sizes have.
fn letters_as_digits(text: &[char]) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    let mut at = 0;
    for run in text.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let digits = run.iter().filter(|c| c.is_ascii_digit()).count();
        let alike = run.iter().filter(|c| looks_like(**c).is_some()).count();
        if alike > 0 && digits >= REAL_DIGITS && digits + alike == run.len() {
            found.extend(
                run.iter()
                    .enumerate()
                    .filter_map(|(n, c)| Some((at + n, looks_like(*c)?))),
            );
        }
        at += run.len();
    }
    found
}

fn tokens(text: &[char]) -> Vec<Vec<Token>> {
    let letters = letters_as_digits(text);
    let mut runs: Vec<Vec<Token>> = Vec::new();
    let (mut gap, mut open) = (String::new(), false);
    for (at, &c) in text.iter().enumerate() {
        if is_invisible(c) {
            // A keycap's marks belong to its digit; a hidden mark between digits is a disguise.
            if open
                && gap.is_empty()
                && let Some(last) = runs.last_mut().and_then(|run| run.last_mut())
            {
                last.to = at + 1;
                last.odd = true;
            }
            continue;
        }
        let letter = letters.binary_search_by_key(&at, |(place, _)| *place);
        let value = match letter {
            Ok(n) => Some(letters[n].1),
            Err(_) => digit(c).map(|d| char::from(b'0' + d)),
        };
        match value {
            Some(d) => {
                let odd = !c.is_ascii_digit();
                match runs.last_mut() {
                    Some(run) if open => match run.last_mut() {
                        Some(last) if gap.is_empty() => {
                            last.digits.push(d);
                            last.to = at + 1;
                            last.odd |= odd;
                        }
                        _ => run.push(Token {
                            digits: d.to_string(),
                            from: at,
                            to: at + 1,
                            odd,
                            gap: std::mem::take(&mut gap),
                        }),
                    },
                    _ => runs.push(vec![Token {
                        digits: d.to_string(),
                        from: at,
                        to: at + 1,
                        odd,
                        gap: String::new(),
                    }]),
                }
                open = true;
                gap.clear();
            }
            None if open && is_gap(c) && gap.chars().count() < 3 => gap.push(c),
            None => {
                open = false;
                gap.clear();
            }
        }
    }
    runs
}

fn kind_of(digits: &str) -> Option<(Kind, usize)> {
    let b = digits.as_bytes();
    let skip = [("0086", 15), ("086", 14), ("86", 13)]
        .into_iter()
        .find(|(code, length)| b.len() == *length && digits.starts_with(code))
        .map_or(0, |(code, _)| code.len());
    let own = &b[skip..];
    if own.len() == 11 && own[0] == b'1' && (b'3'..=b'9').contains(&own[1]) {
        return Some((Kind::Mobile, skip));
    }
    if b.len() == 10 && (digits.starts_with("400") || digits.starts_with("800")) {
        return Some((Kind::Line, 0));
    }
    None
}

fn is_fixed_line(area: &str, rest: &str) -> bool {
    area.starts_with('0')
        && !area.starts_with("00")
        && (3..=4).contains(&area.len())
        && (7..=8).contains(&rest.len())
}

/// Every number of five digits or more, in the order of the text; two never overlap.
pub fn figures(text: &str) -> Vec<Figure> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    for run in tokens(&chars) {
        let mut at = 0;
        while at < run.len() {
            let taken = joined(&run[at..]).or_else(|| alone(&run[at]).map(|f| (f, 1)));
            match taken {
                Some((figure, tokens)) => {
                    found.push(figure);
                    at += tokens;
                }
                None => at += 1,
            }
        }
    }
    found
}

fn figure(kind: Kind, digits: String, run: &[Token]) -> Figure {
    let single = run.len() > 3 && run.iter().all(|t| t.digits.len() <= 2);
    Figure {
        kind,
        digits,
        from: run[0].from,
        to: run[run.len() - 1].to,
        disguised: single || run.iter().any(|t| t.odd),
    }
}

fn alone(token: &Token) -> Option<Figure> {
    let one = std::slice::from_ref(token);
    if let Some((kind, skip)) = kind_of(&token.digits) {
        return Some(figure(kind, token.digits[skip..].to_owned(), one));
    }
    (token.digits.len() >= 5).then(|| figure(Kind::Other, token.digits.clone(), one))
}

/// The first tokens of a run together, when they are a telephone: several prices beside each other are none.
fn joined(run: &[Token]) -> Option<(Figure, usize)> {
    let mut digits = String::new();
    for (n, token) in run.iter().enumerate() {
        digits.push_str(&token.digits);
        if digits.len() > 15 {
            return None;
        }
        if n == 0 {
            continue;
        }
        let taken = &run[..=n];
        let same_gap = taken[2..].iter().all(|t| t.gap == taken[1].gap);
        let pieces_small = taken.iter().filter(|t| t.digits.len() <= 2).count() * 2 >= taken.len();
        let plus_code = taken[0].digits == "86";
        let decimal = taken[1..]
            .iter()
            .any(|t| matches!(t.gap.as_str(), "." | "*" | "/" | ","))
            && !taken.iter().all(|t| t.digits.len() == 1)
            && !same_gap;
        let listed = taken[1..]
            .iter()
            .all(|t| matches!(t.gap.as_str(), "、" | "," | "，" | "/"))
            && taken.iter().any(|t| t.digits.len() > 1)
            && !pieces_small;
        if decimal || listed {
            continue;
        }
        if let Some((kind, skip)) = kind_of(&digits)
            && (same_gap || pieces_small || plus_code || taken.len() <= 3)
        {
            // It must not go on: a longer number is no telephone.
            if run
                .get(n + 1)
                .is_none_or(|next| next.gap != taken[1].gap || next.digits.len() > 4 || kind == Kind::Mobile)
            {
                let digits = digits[skip..].to_owned();
                return Some((figure(kind, digits, taken), n + 1));
            }
        }
        if n == 1
            && matches!(token.gap.as_str(), "-" | " " | ")" | "—" | "）")
            && is_fixed_line(&taken[0].digits, &token.digits)
        {
            return Some((figure(Kind::Line, digits.clone(), taken), 2));
        }
    }
    None
}
