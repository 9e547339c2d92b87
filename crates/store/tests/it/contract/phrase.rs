//! Quick phrases.

use super::{a_person, a_shop, a_thread, at, contract, id, same};
use yingke_domain::phrase::Level;
use yingke_domain::stage::Stage;
use yingke_kernel::{FileId, PhraseId, ShopId};
use yingke_store::file::{self, FileRow};
use yingke_store::phrase::{self, PhraseRow, Picture, SetRow, Use};
use yingke_store::{Result, Tx};

fn row(n: u128, set: SetRow, code: &str) -> PhraseRow {
    PhraseRow {
        id: id(n),
        set: set.id,
        group: "售前/尺码".to_owned(),
        code: code.to_owned(),
        title: "题".to_owned(),
        text: "{买家}您好\n'第二行'".to_owned(),
        level: Level::Excellent,
        follow: "拍下了吗".to_owned(),
        stage: (!n.is_multiple_of(2)).then_some(Stage::Bargaining),
        scene: "size".to_owned(),
        place: n as i64 * 10,
        used: 0,
        last_used: None,
        rev: n as i64,
        created_at: at(1),
        changed_at: at(1),
        changed_by: None,
        removed_at: None,
        pictures: Vec::new(),
    }
}

fn a_picture(tx: &mut Tx<'_>, shop: ShopId, n: u128) -> Result<Picture> {
    let file = FileRow {
        id: id(n),
        shop,
        thread: None,
        author: id(77),
        kind: "image/png".to_owned(),
        width: 640,
        height: 480,
        bytes: 9,
        name: String::new(),
        secs: 0,
    };
    file::insert(tx, &file, at(0))?;
    Ok(Picture {
        file: id(n),
        name: format!("{n}.png"),
        width: 640,
        height: 480,
    })
}

fn ids(rows: &[PhraseRow]) -> Vec<u128> {
    rows.iter().map(|r| r.id.0.as_u128()).collect()
}

contract!(a_shop_has_one_set_and_each_person_one, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (me, you) = (a_person(tx, 7)?, a_person(tx, 8)?);
    assert_eq!(phrase::find_set(tx, shop, None)?, None);
    let team = phrase::ensure_set(tx, shop, None, at(1))?;
    let mine = phrase::ensure_set(tx, shop, Some(me), at(2))?;
    assert_eq!(phrase::ensure_set(tx, shop, None, at(3))?, team);
    assert_eq!(phrase::ensure_set(tx, shop, Some(me), at(3))?, mine);
    assert_eq!((mine.shop, mine.person), (shop, Some(me)));
    assert_ne!(phrase::ensure_set(tx, other, None, at(4))?.id, team.id);
    assert_eq!(phrase::find_set(tx, shop, Some(you))?, None);
    assert_eq!(phrase::find_set(tx, shop, Some(me))?, Some(mine));
    assert_eq!(phrase::get_set(tx, mine.id)?, Some(mine));
    assert_eq!(phrase::get_set(tx, id(99))?, None);
});

contract!(phrases_come_back_as_they_went, |tx| {
    let shop = a_shop(tx, 1)?;
    let me = a_person(tx, 7)?;
    let set = phrase::ensure_set(tx, shop, None, at(0))?;
    let (a, b) = (a_picture(tx, shop, 50)?, a_picture(tx, shop, 51)?);
    let first = PhraseRow {
        pictures: vec![b.clone(), a.clone()],
        changed_by: Some(me),
        ..row(1, set, "yh1")
    };
    let second = PhraseRow {
        place: 5,
        ..row(2, set, "")
    };
    phrase::insert_many(tx, &[first.clone(), second.clone()])?;
    same(phrase::live(tx, set.id)?, vec![second.clone(), first.clone()]);
    same(phrase::get(tx, id(1))?, Some(first.clone()));
    same(phrase::get(tx, id(9))?, None);
    same(phrase::by_code(tx, set.id, "yh1")?, Some(first.clone()));
    same(phrase::by_code(tx, set.id, "yh2")?, None);
    assert_eq!(
        (phrase::count(tx, set.id)?, phrase::ends(tx, set.id)?),
        (2, (10, 2))
    );
    assert_eq!(phrase::ends(tx, id(99))?, (0, 0));

    let taken = tx.attempt(|tx| phrase::insert_many(tx, &[row(3, set, "yh1")]));
    assert!(taken.is_err_and(|e| e.is_constraint("phrase_code")));
    phrase::insert_many(tx, &[row(4, set, "")])?;

    let changed = PhraseRow {
        text: "别的".to_owned(),
        level: Level::Plain,
        stage: None,
        rev: 20,
        changed_at: at(5),
        pictures: vec![a],
        ..first
    };
    let gone = PhraseRow {
        rev: 21,
        removed_at: Some(at(6)),
        ..second
    };
    phrase::update_many(tx, &[changed.clone(), gone.clone()])?;
    same(phrase::get(tx, id(1))?, Some(changed.clone()));
    assert_eq!(ids(&phrase::live(tx, set.id)?), [1, 4]);
    assert_eq!(phrase::count(tx, set.id)?, 2);
    same(phrase::changed(tx, set.id, 4)?, vec![gone.clone(), changed]);
    assert_eq!(ids(&phrase::changed(tx, set.id, 20)?), [2]);
    assert_eq!(ids(&phrase::removed(tx, set.id, at(6), 10)?), [2]);
    assert_eq!(ids(&phrase::removed(tx, set.id, at(7), 10)?), []);
    let asked = [id::<PhraseId>(4).bytes(), id::<PhraseId>(2).bytes(), [9; 16]];
    assert_eq!(ids(&phrase::by_ids(tx, &asked)?), [2, 4]);
});

contract!(a_code_is_free_again_once_its_phrase_is_taken_out, |tx| {
    let shop = a_shop(tx, 1)?;
    let me = a_person(tx, 7)?;
    let set = phrase::ensure_set(tx, shop, None, at(0))?;
    let own = phrase::ensure_set(tx, shop, Some(me), at(0))?;
    let gone = PhraseRow {
        removed_at: Some(at(2)),
        ..row(1, set, "yh1")
    };
    phrase::insert_many(tx, &[row(1, set, "yh1"), row(2, own, "yh1")])?;
    phrase::update_many(tx, &[gone])?;
    phrase::insert_many(tx, &[row(3, set, "yh1")])?;
    let back = tx.attempt(|tx| phrase::update_many(tx, &[row(1, set, "yh1")]));
    assert!(back.is_err_and(|e| e.is_constraint("phrase_code")));
});

contract!(changes_of_a_shop_are_counted, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let set = phrase::ensure_set(tx, shop, None, at(0))?;
    let there = phrase::ensure_set(tx, other, None, at(0))?;
    assert_eq!(phrase::version(tx, shop)?, 0);
    assert_eq!((phrase::bump(tx, set)?, phrase::bump(tx, set)?), (1, 2));
    assert_eq!(phrase::bump(tx, there)?, 1);
    assert_eq!(phrase::version(tx, shop)?, 2);
});

contract!(r_phrase_09_a_use_counts_once, |tx| {
    let shop = a_shop(tx, 1)?;
    let me = a_person(tx, 7)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    let set = phrase::ensure_set(tx, shop, None, at(0))?;
    phrase::insert_many(tx, &[row(1, set, "a"), row(2, set, "b")])?;
    let made = |n: u128, secs, seq| Use {
        phrase: id(n),
        thread,
        buyer,
        person: me,
        seq,
        at: at(secs),
    };
    assert!(phrase::record_use(tx, shop, id(100), &made(1, 10, Some(4)))?);
    assert!(
        !phrase::record_use(tx, shop, id(100), &made(1, 11, Some(4)))?,
        "a repeat"
    );
    assert!(
        !phrase::record_use(tx, shop, id(100), &made(2, 11, None))?,
        "one message, one phrase"
    );
    assert!(phrase::record_use(tx, shop, id(101), &made(1, 9, None))?);
    assert!(phrase::record_use(tx, shop, id(102), &made(2, 20, None))?);
    let first = phrase::get(tx, id(1))?.unwrap();
    assert_eq!((first.used, first.last_used, first.rev), (2, Some(at(10)), 1));
    assert_eq!(
        phrase::uses_between(tx, shop, at(9), at(20))?,
        [made(1, 9, None), made(1, 10, Some(4))]
    );
    assert_eq!(
        phrase::uses_of(tx, id(1), at(0), at(99), 1)?,
        [made(1, 10, Some(4))],
        "latest first"
    );
    phrase::update_many(tx, &[row(1, set, "a")])?;
    assert_eq!(
        phrase::get(tx, id(1))?.unwrap().used,
        2,
        "a change leaves the uses"
    );
});

contract!(a_picture_belongs_to_its_phrases, |tx| {
    let shop = a_shop(tx, 1)?;
    let me = a_person(tx, 7)?;
    let (_, thread) = a_thread(tx, shop, "u1")?;
    let set = phrase::ensure_set(tx, shop, None, at(0))?;
    let own = phrase::ensure_set(tx, shop, Some(me), at(0))?;
    let picture = a_picture(tx, shop, 50)?;
    let with = |n, set, removed_at| PhraseRow {
        pictures: vec![picture.clone()],
        removed_at,
        ..row(n, set, "")
    };
    phrase::insert_many(tx, &[with(1, set, None), with(2, own, None)])?;
    let file: FileId = id(50);
    let mut owners = phrase::owners_of_file(tx, file)?;
    owners.sort();
    assert_eq!(owners, [(shop, None), (shop, Some(me))]);
    assert_eq!(file::uses(tx, file)?, 2);
    phrase::update_many(tx, &[with(2, own, Some(at(5)))])?;
    assert_eq!(phrase::owners_of_file(tx, file)?, [(shop, None)]);
    assert_eq!(phrase::drop_old_pictures(tx, at(5), 10)?, [], "not old enough");
    assert_eq!(phrase::drop_old_pictures(tx, at(6), 10)?, [file]);
    assert_eq!(file::uses(tx, file)?, 1, "the other phrase keeps it");
    assert_eq!(phrase::drop_old_pictures(tx, at(6), 10)?, []);
    assert!(
        yingke_store::buyer::files(tx, &[thread.bytes()])?.is_empty()
            && yingke_store::retention::old_files(tx, at(99), 10)?.is_empty(),
        "neither a buyer's erasure nor age takes it away"
    );
});
