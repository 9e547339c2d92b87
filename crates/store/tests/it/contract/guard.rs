//! Overruled warnings.

use super::{a_person, a_shop, a_thread, at, contract, same};
use yingke_store::guard::{self, OverruleRow};

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
