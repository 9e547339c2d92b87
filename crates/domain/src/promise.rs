//! An answer that was put off (R-DESK-08): "please wait" ends the turn of the clock and opens a promise with a time of its own.
//!
//! The first such message dates the promise; asking for patience again moves nothing. It is kept by the next message of a
//! person that says more, and ends with the conversation, or when the message itself is taken back.

use crate::policy::PromisePolicy;
use yingke_kernel::Stamp;

/// Whether a person's message puts an answer off: it has one of the policy's words and says little besides. Latin words are
/// found in any case.
pub fn puts_off(text: &str, policy: &PromisePolicy) -> bool {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > policy.max_chars {
        return false;
    }
    let lower = text.to_lowercase();
    policy.words.iter().any(|word| lower.contains(word.as_str()))
}

/// The open promise of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Promise {
    /// When it was given.
    pub at: Stamp,
    /// The message that gave it.
    pub seq: i64,
}

impl Promise {
    /// When the answer is due.
    pub fn due(&self, policy: &PromisePolicy) -> Stamp {
        self.at.plus_secs(policy.answer_secs)
    }
}

/// The promise after a person's message.
pub fn after(
    promise: Option<Promise>,
    text: &str,
    at: Stamp,
    seq: i64,
    policy: &PromisePolicy,
) -> Option<Promise> {
    if puts_off(text, policy) {
        promise.or(Some(Promise { at, seq }))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn desk_08_words_that_put_an_answer_off() {
        let policy = Policy::default().promise;
        for text in [
            "稍等",
            "亲，请稍等哦",
            "您稍等，我查一下库存",
            "好的 Let me check",
            "  等一下哈 ",
        ] {
            assert!(puts_off(text, &policy), "{text}");
        }
        for text in [
            "",
            "  ",
            "有货的，今天发",
            "在的",
            // Says what it is, and asks for patience only at the end.
            "查到了，您的包裹今天早上已经到您那边的网点了，快递员下午会派送，麻烦您再稍等一下，收到以后有问题随时找我",
        ] {
            assert!(!puts_off(text, &policy), "{text}");
        }
    }

    #[test]
    fn desk_08_the_first_word_dates_it_and_the_next_real_answer_keeps_it() {
        let policy = Policy::default().promise;
        let t = Stamp::from_secs;
        let given = after(None, "稍等，我问一下仓库", t(100), 4, &policy);
        assert_eq!(given, Some(Promise { at: t(100), seq: 4 }));
        assert_eq!(given.unwrap().due(&policy), t(100 + policy.answer_secs));
        let again = after(given, "再等一下哦", t(200), 6, &policy);
        assert_eq!(again, given);
        assert_eq!(after(again, "有货的，今天就能发", t(230), 7, &policy), None);
    }
}
