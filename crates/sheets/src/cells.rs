//! What stands in a cell: guards of spreadsheets taken off, dates and times of many hands.

use jiff::civil;

/// The cell without what spreadsheets and exporters wrap around it: spaces and tabs, `="…"`, a leading apostrophe.
pub(crate) fn clean(cell: &str) -> &str {
    let mut text = trim(cell);
    if let Some(inner) = text.strip_prefix("=\"") {
        text = trim(inner.trim_matches('"'));
    }
    if let Some(rest) = text.strip_prefix('\'') {
        text = trim(rest);
    }
    match text {
        "null" | "NULL" => "",
        text => text,
    }
}

fn trim(text: &str) -> &str {
    // Most cells have nothing to trim, and the look at their ends is cheaper than the walk.
    let plain = |b: Option<&u8>| b.is_none_or(|b| b.is_ascii_graphic());
    if plain(text.as_bytes().first()) && plain(text.as_bytes().last()) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}' || c == '\u{200B}')
}

/// Full-width ASCII as half-width: the part of NFKC that these files need.
pub(crate) fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// A header cell for comparison: half-width, lower case, no spaces, no punctuation, no `(元)`.
pub(crate) fn header_key(cell: &str) -> String {
    let half: String = clean(cell)
        .chars()
        .map(narrow)
        .filter(|c| !c.is_whitespace())
        .collect();
    let half = half.strip_suffix("(元)").unwrap_or(&half);
    half.chars()
        .filter(|c| !c.is_ascii_punctuation() && !"、，。：；【】《》“”‘’·\u{FEFF}\u{200B}".contains(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A number that a spreadsheet has rounded or given decimals: `1.23E+17`, `35150000000000000.0`.
pub(crate) fn float_form(text: &str) -> bool {
    let number = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let plain = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    number
        && digits
        && match exponent {
            Some(e) => plain(e.trim_start_matches(['+', '-'])) && mantissa.split('.').all(plain),
            None => matches!(mantissa.split_once('.'), Some((whole, part)) if plain(whole) && plain(part)),
        }
}

/// `2026-10-03 10:10:15`, also with `/`, `.` or 年月日, one-digit parts, no seconds, a fraction, a `T`. No zone.
/// `None` when it is no such reading or no such day.
pub(crate) fn civil_time(text: &str) -> Option<civil::DateTime> {
    let mut scan = Scan {
        bytes: text.trim().as_bytes(),
    };
    let year = scan.number(4, 4)?;
    let day_marks = scan.eat("年".as_bytes());
    if !day_marks {
        scan.one_of(b"-/.")?;
    }
    let month = scan.number(1, 2)?;
    if day_marks {
        scan.need("月".as_bytes())?;
    } else {
        scan.one_of(b"-/.")?;
    }
    let day = scan.number(1, 2)?;
    if day_marks {
        scan.need("日".as_bytes())?;
    }
    if !scan.eat(b"T") && scan.spaces() == 0 && !day_marks {
        return None;
    }
    let hour = scan.number(1, 2)?;
    scan.need(b":")?;
    let minute = scan.number(2, 2)?;
    let mut second = 0;
    let mut nanos = 0;
    if scan.eat(b":") {
        second = scan.number(2, 2)?;
        if scan.eat(b".") {
            let (digits, count) = scan.digits(9)?;
            nanos = digits * 10i32.pow(9 - count);
        }
    }
    if !scan.bytes.is_empty() || !(1970..=9998).contains(&year) {
        return None;
    }
    civil::DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        nanos,
    )
    .ok()
}

struct Scan<'a> {
    bytes: &'a [u8],
}

impl Scan<'_> {
    fn digits(&mut self, most: usize) -> Option<(i32, u32)> {
        let count = self
            .bytes
            .iter()
            .take(most)
            .take_while(|b| b.is_ascii_digit())
            .count();
        if count == 0 {
            return None;
        }
        let value = self.bytes[..count]
            .iter()
            .fold(0i64, |sum, b| sum * 10 + i64::from(b - b'0'));
        self.bytes = &self.bytes[count..];
        Some((i32::try_from(value).ok()?, count as u32))
    }
    fn number(&mut self, least: u32, most: usize) -> Option<i32> {
        let (value, count) = self.digits(most)?;
        (count >= least).then_some(value)
    }
    fn eat(&mut self, word: &[u8]) -> bool {
        match self.bytes.strip_prefix(word) {
            Some(rest) => {
                self.bytes = rest;
                true
            }
            None => false,
        }
    }
    fn need(&mut self, word: &[u8]) -> Option<()> {
        self.eat(word).then_some(())
    }
    fn one_of(&mut self, any: &[u8]) -> Option<()> {
        let first = self.bytes.first()?;
        if !any.contains(first) {
            return None;
        }
        self.bytes = &self.bytes[1..];
        Some(())
    }
    fn spaces(&mut self) -> usize {
        let count = self.bytes.iter().take_while(|b| **b == b' ').count();
        self.bytes = &self.bytes[count..];
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn guards_come_off() {
        for (cell, inner) in [
            ("=\"35150000000000001\"", "35150000000000001"),
            ("=\"\"", ""),
            ("=\"\"123\"\"", "123"),
            ("'13800000000", "13800000000"),
            ("\t200221-1\t", "200221-1"),
            (" null ", ""),
            ("a'b", "a'b"),
        ] {
            assert_eq!(clean(cell), inner, "{cell}");
        }
    }

    #[test]
    fn headers_compare_by_what_they_say() {
        assert_eq!(header_key("订单付款时间 "), "订单付款时间");
        assert_eq!(header_key("总金额（元）"), "总金额");
        assert_eq!(header_key("店铺ＩＤ"), header_key("店铺Id"));
        assert_eq!(header_key("\u{FEFF}订 单 编 号"), "订单编号");
        assert_ne!(header_key("总金额(旧版)"), header_key("总金额"));
    }

    #[test]
    fn rounded_ids_are_known() {
        for text in ["1.23E+17", "1.23e17", "1E+10", "35150000000000001.0"] {
            assert!(float_form(text), "{text}");
        }
        for text in ["35150000000000001", "200221-1", "E12", "1.2.3", "", "12E", "1-2"] {
            assert!(!float_form(text), "{text}");
        }
    }

    #[test]
    fn readings_of_many_hands() {
        for (text, same) in [
            ("2020-02-21 00:00:02", "2020-02-21T00:00:02"),
            ("2020/2/1 9:03", "2020-02-01T09:03:00"),
            ("2026-05-27 23:16:41.000", "2026-05-27T23:16:41"),
            ("2020年2月1日 9:03:07", "2020-02-01T09:03:07"),
            ("2020-02-21T00:00:02", "2020-02-21T00:00:02"),
        ] {
            assert_eq!(
                civil_time(text).map(|t| t.to_string()).as_deref(),
                Some(same),
                "{text}"
            );
        }
        for text in [
            "",
            "2020-02-30 00:00:00",
            "2020-13-01 00:00:00",
            "2020-02-21",
            "43882.5",
            "2020-02-21 25:00:00",
            "昨天 9:00",
        ] {
            assert_eq!(civil_time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,24}", digits in "[0-9:./ T年月日-]{0,24}") {
            let _ = (civil_time(&text), civil_time(&digits), clean(&text), header_key(&text), float_form(&digits));
        }
    }
}
