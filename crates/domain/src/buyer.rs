//! What may be shown of a buyer, and how a telephone number is written so that two are the same.
//!
//! Contacts are shown masked; in full only by an act of its own that is on the audit trail.

/// Fewest digits of a telephone number.
const PHONE_MIN: usize = 5;
/// Most digits of a telephone number.
const PHONE_MAX: usize = 15;

/// A telephone number as it is stored: digits only, China's prefix dropped. A number that the platform has masked
/// (`138****2207`) keeps its stars and is never equal to a person's number. `None` when there is no number in it.
pub fn phone(text: &str) -> Option<String> {
    let mut digits: String = text
        .chars()
        .filter_map(|c| match c {
            '0'..='9' | '*' => Some(c),
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + u32::from('0')),
            '＊' => Some('*'),
            _ => None,
        })
        .collect();
    for prefix in ["0086", "86"] {
        if let Some(rest) = digits.strip_prefix(prefix)
            && rest.len() == 11
            && rest.starts_with('1')
        {
            digits = rest.to_owned();
        }
    }
    let letters = text.chars().any(char::is_alphabetic);
    (!letters && (PHONE_MIN..=PHONE_MAX).contains(&digits.len())).then_some(digits)
}

/// Whether a stored number can be compared: it has no stars.
pub fn is_whole(phone: &str) -> bool {
    !phone.contains('*')
}

/// A number with its middle hidden: `138****2207`; a short one shows its last two digits.
pub fn mask_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    let (head, tail) = match digits.len() {
        0..=4 => (0, 0),
        5..=7 => (0, 2),
        8..=10 => (3, 2),
        _ => (3, 4),
    };
    let hidden = digits.len() - head - tail;
    digits[..head]
        .iter()
        .copied()
        .chain(std::iter::repeat_n('*', hidden))
        .chain(digits[digits.len() - tail..].iter().copied())
        .collect()
}

/// A name with all but its first character hidden; one character stays as it is.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let rest = chars.count().min(2);
    std::iter::once(first)
        .chain(std::iter::repeat_n('*', rest))
        .collect()
}

/// An address up to its street: what stands from the house number on is hidden. An address of which no street can be told
/// shows its first half.
pub fn mask_address(address: &str) -> String {
    const STREET: [&str; 9] = ["街道", "大道", "大街", "路", "街", "巷", "弄", "镇", "乡"];
    let text = address.trim();
    let end = STREET
        .iter()
        .filter_map(|word| text.find(word).map(|at| (at, std::cmp::Reverse(word.len()))))
        .min()
        .map(|(at, len)| at + len.0);
    let end = end.filter(|end| *end < text.len()).unwrap_or_else(|| {
        let half = text.chars().count() / 2;
        text.char_indices().nth(half).map_or(0, |(at, _)| at)
    });
    if text.is_empty() {
        return String::new();
    }
    format!("{}****", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for text in [
            "13812342207",
            "138 1234 2207",
            "+86 138-1234-2207",
            "0086 13812342207",
            "１３８１２３４２２０７",
            "'13812342207",
        ] {
            assert_eq!(phone(text).as_deref(), Some("13812342207"), "{text}");
        }
        assert_eq!(phone("0571-8888 0001").as_deref(), Some("057188880001"));
        assert_eq!(phone("138****2207").as_deref(), Some("138****2207"));
        assert!(is_whole("13812342207") && !is_whole("138****2207"));
        for none in ["", "--", "12", "联系门卫13812342207", "1234567890123456"] {
            assert_eq!(phone(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_masked_does_not_hold_what_it_hides() {
        assert_eq!(mask_phone("13812342207"), "138****2207");
        assert_eq!(mask_phone("057188880001"), "057*****0001");
        assert_eq!(mask_phone("88880001"), "888***01");
        assert_eq!(mask_phone("95555"), "***55");
        assert_eq!(mask_phone("110"), "***");
        assert_eq!(mask_phone(""), "");
        assert_eq!(mask_name("王小明"), "王**");
        assert_eq!(mask_name("欧阳山"), "欧**");
        assert_eq!(mask_name("王"), "王");
        assert_eq!(mask_name(""), "");
        assert_eq!(
            mask_address("浙江省 杭州市 余杭区 文一西路969号 3幢"),
            "浙江省 杭州市 余杭区 文一西路****"
        );
        assert_eq!(
            mask_address("上海市浦东新区花木街道1号"),
            "上海市浦东新区花木街道****"
        );
        assert_eq!(mask_address("某某花园三幢"), "某某花****");
        assert_eq!(mask_address("文一西路"), "文一****");
        assert_eq!(mask_address(" "), "");
    }
}
