//! Goods.

use super::{a_shop, at, contract, id, same};
use yingke_kernel::{Fen, ProductId, ShopId};
use yingke_store::goods::{self, ProductFilter, ProductRow};
use yingke_store::order::Upsert::{Changed, Created, Unchanged};

fn article(shop: ShopId, n: u128, title: &str) -> ProductRow {
    ProductRow {
        id: id(n),
        shop,
        code: format!("YX-{n:03}"),
        title: title.to_owned(),
        category: if n.is_multiple_of(2) { "挂毯" } else { "" }.to_owned(),
        price: Fen(12_800),
        list: Some(Fen(16_800)),
        stock: Some(46),
        on_shelf: !n.is_multiple_of(3),
        picture: None,
        address: "https://shop.example/1".to_owned(),
        facts: r#"{"材质":"棉麻"}"#.to_owned(),
        sold: n as i64,
        created_at: at(1),
        changed_at: at(1),
    }
}

contract!(goods_are_created_then_known_then_changed, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let lines = [article(shop, 1, "山里有雾"), article(shop, 2, "谷雨")];
    assert_eq!(goods::look_at_many(tx, shop, &lines)?, [Created, Created]);
    assert_eq!(goods::count(tx, shop)?, 0, "looking writes nothing");
    assert_eq!(
        goods::upsert_many(tx, shop, &lines, at(1))?,
        [(id(1), Created), (id(2), Created)]
    );
    same(goods::get(tx, id(1))?.unwrap(), lines[0].clone());
    assert!(goods::set_picture(tx, id(1), Some(id(77)), at(2))?);
    let again = [
        ProductRow {
            id: id(9),
            ..lines[0].clone()
        },
        ProductRow {
            id: id(10),
            stock: None,
            ..lines[1].clone()
        },
        article(shop, 3, "新"),
    ];
    assert_eq!(
        goods::look_at_many(tx, shop, &again)?,
        [Unchanged, Changed, Created]
    );
    assert_eq!(
        goods::upsert_many(tx, shop, &again, at(3))?,
        [(id(1), Unchanged), (id(2), Changed), (id(3), Created)],
        "a known article keeps its id"
    );
    let first = goods::get(tx, id(1))?.unwrap();
    assert_eq!(
        first.picture,
        Some(id(77)),
        "a line without a picture keeps the one there is"
    );
    let second = goods::get(tx, id(2))?.unwrap();
    assert_eq!(
        (second.stock, second.created_at, second.changed_at),
        (None, at(1), at(3))
    );
    assert_eq!((goods::count(tx, shop)?, goods::count(tx, other)?), (3, 0));
    let mut codes: Vec<String> = goods::by_codes(tx, shop, &["YX-001", "YX-003", "none"])?
        .into_iter()
        .map(|p| p.code)
        .collect();
    codes.sort();
    assert_eq!(codes, ["YX-001", "YX-003"]);
    assert!(goods::by_codes(tx, other, &["YX-001"])?.is_empty());
    assert!(goods::get(tx, id(99))?.is_none());
});

contract!(shelf_and_picture_are_set, |tx| {
    let shop = a_shop(tx, 1)?;
    goods::upsert_many(tx, shop, &[article(shop, 1, "甲")], at(1))?;
    assert!(goods::set_shelf(tx, id(1), false, at(5))?);
    let p = goods::get(tx, id(1))?.unwrap();
    assert_eq!((p.on_shelf, p.changed_at), (false, at(5)));
    assert!(goods::set_picture(tx, id(1), Some(id(5)), at(6))?);
    assert_eq!(goods::get(tx, id(1))?.unwrap().picture, Some(id(5)));
    assert!(goods::set_picture(tx, id(1), None, at(7))?);
    assert_eq!(goods::get(tx, id(1))?.unwrap().picture, None);
    assert!(!goods::set_shelf(tx, id(2), true, at(5))?);
    assert!(!goods::set_picture(tx, id(2), None, at(5))?);
});

contract!(goods_are_searched_and_cut_into_pages, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let lines: Vec<ProductRow> = (1..=6)
        .map(|n| {
            article(
                shop,
                n,
                ["山里有雾", "Linen 100%", "谷雨_春", "桌旗", "桌布", "雾中山"][n as usize - 1],
            )
        })
        .collect();
    goods::upsert_many(tx, shop, &lines, at(1))?;
    goods::upsert_many(tx, other, &[article(other, 20, "山里有雾")], at(1))?;
    let end = (i64::MAX, id::<ProductId>(u128::MAX));
    let titles =
        |tx: &mut yingke_store::Tx<'_>, filter: &ProductFilter| -> yingke_store::Result<Vec<String>> {
            Ok(goods::page(tx, shop, filter, end, 100)?
                .into_iter()
                .map(|p| p.code)
                .collect())
        };
    let words = |words: &str| ProductFilter {
        words: words.to_owned(),
        ..ProductFilter::default()
    };
    for (text, expected) in [
        (
            "",
            &["YX-006", "YX-005", "YX-004", "YX-003", "YX-002", "YX-001"][..],
        ),
        ("桌", &["YX-005", "YX-004"]),
        ("有雾", &["YX-001"]),
        ("LINEN", &["YX-002"]),
        ("100%", &["YX-002"]),
        ("%", &["YX-002"]),
        ("_", &["YX-003"]),
        ("yx-004", &["YX-004"]),
        ("没有", &[]),
    ] {
        assert_eq!(titles(tx, &words(text))?, expected, "{text}");
    }
    let shelf = |on_shelf| ProductFilter {
        on_shelf: Some(on_shelf),
        ..ProductFilter::default()
    };
    assert_eq!(titles(tx, &shelf(false))?, ["YX-006", "YX-003"]);
    assert_eq!(titles(tx, &shelf(true))?.len(), 4);
    let category = ProductFilter {
        category: "挂毯".to_owned(),
        ..ProductFilter::default()
    };
    assert_eq!(titles(tx, &category)?, ["YX-006", "YX-004", "YX-002"]);
    assert_eq!(goods::categories(tx, shop)?, [("挂毯".to_owned(), 3)]);
    let first = goods::page(tx, shop, &words(""), end, 4)?;
    let last = first.last().unwrap();
    let rest = goods::page(tx, shop, &words(""), (last.sold, last.id), 4)?;
    assert_eq!((first.len(), rest.len()), (4, 2));
});
