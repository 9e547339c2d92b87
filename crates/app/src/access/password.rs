//! What a password and a login must not be. A password is refused when it is short, or when little of it is left once the login, the words
//! that everybody takes and characters that follow each other by themselves (1234, abcd, 9999) are taken out of it.

use super::PASSWORD_MIN;
use crate::{Problem, Result};

/// What is tried first by whoever guesses; lower case, the longer ones before those that they contain.
const COMMON: &[&str] = &[
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc",
    "1q2w3e4r5t",
    "password",
    "passw0rd",
    "woaini",
    "iloveyou",
    "administrator",
    "1qaz2wsx",
    "qazwsx",
    "1q2w3e4r",
    "1q2w3e",
    "qwerty",
    "asdfgh",
    "zxcvbn",
    "asdf",
    "qwer",
    "zxcv",
    "welcome",
    "letmein",
    "yingke",
    "laoban",
    "kefu",
    "dianzhu",
    "taobao",
    "tianmao",
    "qianniu",
    "admin",
    "5201314",
    "520",
    "1314",
    "mima",
    "test",
    "202",
    "201",
    "200",
    "199",
    "198",
    "197",
];

/// Fewest characters that do not follow from the one before, with what is common taken out.
const NOVEL_MIN: usize = 4;

/// Refuses a password that is too short (`password_short`) or that whoever guesses tries first (`password_common`).
pub(super) fn fit(password: &str, login: &str) -> Result<()> {
    if password.chars().count() < PASSWORD_MIN {
        return Err(Problem::invalid(
            "password_short",
            format!("a password needs at least {PASSWORD_MIN} characters; a sentence is good"),
        ));
    }
    if novel(password, login) < NOVEL_MIN {
        return Err(Problem::invalid(
            "password_common",
            "this password is guessed too easily (a common word, the login, a row of keys or digits, a part repeated); \
             a few words that have nothing to do with each other are good",
        ));
    }
    Ok(())
}

/// A login as it is kept: without blanks around it; refused with one inside (`login_blanks`), for nobody sees it when signing in.
pub(super) fn login_of(login: &str) -> Result<String> {
    let login = login.trim();
    if login.chars().any(char::is_whitespace) {
        return Err(Problem::invalid(
            "login_blanks",
            "a login has no blanks inside; leave them out",
        ));
    }
    Ok(login.to_owned())
}

/// How many characters of it have to be guessed.
fn novel(password: &str, login: &str) -> usize {
    let mut rest = password.to_lowercase();
    let login = login.to_lowercase();
    if login.chars().count() > 2 {
        rest = rest.replace(&login, " ");
    }
    for word in COMMON {
        rest = rest.replace(word, " ");
    }
    let chars: Vec<char> = rest.chars().filter(|c| c.is_alphanumeric()).collect();
    // A part repeated is worth as much as the part.
    let period = (1..=chars.len())
        .find(|&p| chars.iter().zip(chars.iter().skip(p)).all(|(a, b)| a == b))
        .unwrap_or(0);
    let part = chars.get(..period).unwrap_or_default();
    part.iter()
        .enumerate()
        .filter(|&(n, &c)| n == 0 || !follows(part.get(n - 1).copied().unwrap_or(c), c))
        .count()
}

/// Whether a character is the one before again, or its neighbour among the digits or letters; 0 stands beside 9 and 1.
fn follows(before: char, now: char) -> bool {
    let near = |a: char, b: char| u32::from(a).abs_diff(u32::from(b)) <= 1;
    let alike = (before.is_ascii_digit() && now.is_ascii_digit())
        || (before.is_ascii_alphabetic() && now.is_ascii_alphabetic());
    before == now || (alike && near(before, now)) || matches!((before, now), ('9', '0') | ('0', '9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_is_guessed_first_is_refused_with_its_reason() {
        for (password, login) in [
            ("1234567890", "mei"),
            ("0987654321", "mei"),
            ("1111111111", "mei"),
            ("abcabcabcabc", "mei"),
            ("abcdefghijk", "mei"),
            ("qwertyuiop", "mei"),
            ("1q2w3e4r5t", "mei"),
            ("Password123", "mei"),
            ("admin-admin-1", "mei"),
            ("woaini1314", "mei"),
            ("zhangxiaomei", "zhangxiaomei"),
            ("Xiaomei-2026", "xiaomei"),
            ("1212121212", "mei"),
        ] {
            assert_eq!(
                fit(password, login).map_err(|p| p.code),
                Err("password_common"),
                "{password} of {login}"
            );
        }
        assert_eq!(fit("kurz", "mei").map_err(|p| p.code), Err("password_short"));
    }

    #[test]
    fn a_password_that_has_to_be_guessed_is_taken() {
        for password in [
            "quiet rain on the eaves",
            "correct horse battery",
            "a long password",
            "a new long sentence",
            "雨天屋檐下看书喝一杯茶",
            "K7#vq2-Lmp",
            "mei hat heute frei",
        ] {
            assert!(fit(password, "mei").is_ok(), "{password}");
        }
    }

    #[test]
    fn a_login_has_no_blank_inside() {
        assert_eq!(login_of(" laoban ").as_deref().map_err(|p| p.code), Ok("laoban"));
        for login in ["老 板", "lao\tban", "老\u{3000}板"] {
            assert_eq!(
                login_of(login).map_err(|p| p.code),
                Err("login_blanks"),
                "{login}"
            );
        }
    }
}
