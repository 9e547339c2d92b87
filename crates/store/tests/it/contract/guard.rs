//! Overruled warnings, and the words of a shop's own.

use super::{a_person, a_shop, a_thread, at, contract, same};
use yingke_domain::guard::{Severity, ShopWord};
use yingke_store::guard::{self, OverruleRow, WordRow};

contract!(an_overruled_warning_is_recorded_once, |tx| {
    let shop = a_shop(tx, 1)?;
    let (_, thread) = a_thread(tx, shop, "b")?;
    let (_, other) = a_thread(tx, shop, "c")?;
    let person = a_person(tx, 7)?;
    let row = |seq: i64, rule: &str, from: i64| OverruleRow {
        thread,
        seq,
        rule: rule.to_owned(),
        from,
        to: from + 4,
        person,
        at: at(seq),
    };
    let (late, first, second) = (
        row(9, "R-SPEECH-08", 0),
        row(3, "R-SPEECH-08", 2),
        row(3, "R-SPEECH-10", 8),
    );
    for r in [&late, &second, &first] {
        assert!(guard::record_overrule(tx, r)?, "{r:?} is new");
    }
    let again = OverruleRow {
        at: at(99),
        ..first.clone()
    };
    assert!(
        !guard::record_overrule(tx, &again)?,
        "a message that is sent again"
    );
    same(guard::overrules_of(tx, thread)?, vec![first, second, late]);
    same(guard::overrules_of(tx, other)?, vec![]);
});

contract!(words_of_a_shop_are_put_found_and_taken_out, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let person = a_person(tx, 7)?;
    same(guard::shops_with_words(tx)?, vec![]);
    let row = |shop, key: &str, severity: Severity, better: &str| WordRow {
        shop,
        key: key.to_owned(),
        word: ShopWord {
            word: key.to_uppercase(),
            severity,
            better: better.to_owned(),
        },
        changed_at: at(1),
        changed_by: Some(person),
    };
    let (a, b, c) = (
        row(shop, "a50%", Severity::Warn, ""),
        row(shop, "b", Severity::Block, "别的说法"),
        row(other, "a", Severity::Hint, ""),
    );
    guard::put_words(tx, &[b.clone(), a.clone(), c.clone()])?;
    same(guard::words_of(tx, shop)?, vec![a.clone(), b.clone()]);
    same(guard::count_words(tx, shop)?, 2);
    let mut with = guard::shops_with_words(tx)?;
    with.sort_unstable();
    let mut both = vec![shop, other];
    both.sort_unstable();
    same(with, both);
    same(guard::word_page(tx, shop, "", None, "", 1)?, vec![a.clone()]);
    same(guard::word_page(tx, shop, "", None, "a50%", 9)?, vec![b.clone()]);
    same(guard::word_page(tx, shop, "0%", None, "", 9)?, vec![a.clone()]);
    same(guard::word_page(tx, shop, "说法", None, "", 9)?, vec![b.clone()]);
    same(
        guard::word_page(tx, shop, "", Some(Severity::Warn), "", 9)?,
        vec![a.clone()],
    );
    let changed = row(shop, "b", Severity::Off, "");
    guard::put_words(tx, std::slice::from_ref(&changed))?;
    same(guard::words_of(tx, shop)?, vec![a, changed]);
    guard::remove_words(tx, shop, &["a50%".to_owned(), "nothing".to_owned()])?;
    same(guard::count_words(tx, shop)?, 1);
    same(guard::words_of(tx, other)?, vec![c]);
});
