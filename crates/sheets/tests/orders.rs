//! Order lists: every generation, every quirk, the real file.

mod support;

use proptest::prelude::*;
use support::{file, gb18030, orders, sort};
use yingke_kernel::{Fen, Stamp};
use yingke_sheets::{
    Fault, Item,
    orders::{OrderRecord, OrderStage, layouts},
};

fn records(name: &str) -> (&'static str, Vec<(u64, OrderRecord)>) {
    let utf8 = orders(file(name)).expect("opens");
    let (layout, encoding) = (utf8.layout, utf8.encoding);
    assert_eq!(encoding, "UTF-8");
    let (records, refused) = sort(utf8);
    assert_eq!(refused, []);
    // The same file as GB18030, with a byte-order mark, and with the line ends of other machines says the same.
    let old = orders(gb18030(&file(name))).expect("opens");
    assert_eq!((old.layout, old.encoding), (layout, "gb18030"));
    assert_eq!(sort(old), (records.clone(), vec![]));
    let marked = orders(format!("\u{FEFF}{}", file(name))).expect("opens");
    assert_eq!(sort(marked), (records.clone(), vec![]));
    let unix = file(name).replace("\r\n", "\n");
    for other in [unix.clone(), unix.replace('\n', "\r\n"), unix.replace('\n', "\r")] {
        assert_eq!(sort(orders(other).expect("opens")), (records.clone(), vec![]));
    }
    (layout, records)
}

fn at(text: &str) -> Stamp {
    Stamp::parse(text).expect("a time")
}

#[test]
fn generation_2014() {
    let (layout, rows) = records("order-list-2014.csv");
    assert_eq!(layout, "taobao-order-list-2014");
    let (line, first) = &rows[0];
    assert_eq!(
        (*line, first.number.as_str(), first.platform),
        (2, "35140000000000001", "taobao")
    );
    assert_eq!(first.message.as_deref(), Some("请周六送\n下午到"));
    assert_eq!(first.stage(), Some(OrderStage::AwaitingShipment));
    assert_eq!(
        (first.address.as_deref(), first.zip.as_deref()),
        (Some("上海 上海市 浦东新区 世纪大道1号"), None)
    );
    assert_eq!(
        (first.gross, first.refund, first.net),
        (Fen(12_800), Fen(0), Fen(12_800))
    );
    assert_eq!(first.created, at("2026-10-03T10:00:00+08:00"));
    let (line, second) = &rows[1];
    // The first row holds a line break, so the second begins a line later.
    assert_eq!(
        (*line, second.paid, second.total, second.gross),
        (4, None, Fen(12_800), Fen(0))
    );
    assert_eq!(second.phone.as_deref(), Some("0571-88000000"));
    assert_eq!(second.note.as_deref(), Some("说\"快点\"，谢谢"));
}

#[test]
fn generation_2017() {
    let (layout, rows) = records("order-list-2017.csv");
    assert_eq!(layout, "taobao-order-list-2017");
    let rows: Vec<&OrderRecord> = rows.iter().map(|(_, row)| row).collect();
    assert_eq!(rows[0].state.as_deref(), Some("买家已付款，等待卖家发货"));
    assert_eq!(rows[0].closed_reason, None);
    assert_eq!(rows[1].stage(), Some(OrderStage::AwaitingReceipt));
    assert_eq!(
        (rows[1].gross, rows[1].refund, rows[1].net),
        (Fen(12_800), Fen(2_800), Fen(10_000))
    );
    assert_eq!(
        (rows[2].paid, rows[2].closed_reason.as_deref()),
        (None, Some("买家不想要了"))
    );
    assert_eq!(rows[3].number, "35170000000000004");
    assert_eq!(rows[4].message.as_deref(), Some("她说\"好\"的"));
    let row = rows[0];
    assert_eq!(row.phone.as_deref(), Some("13800000000"));
    assert_eq!(row.zip.as_deref(), Some("310000"));
    assert_eq!(
        row.address.as_deref(),
        Some("浙江省 杭州市 余杭区 仓前街道 梧桐路1号")
    );
    assert_eq!(
        (row.province.as_deref(), row.district.as_deref()),
        (Some("浙江省"), Some("余杭区"))
    );
    let rest = |name: &str| {
        row.rest
            .iter()
            .find(|(column, _)| column == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(rest("买家服务费"), Some("0元"));
    assert_eq!(rest("联系电话"), Some("0571-88000000"));
    assert_eq!(rest("特权订金订单id"), None);
    assert_eq!(rest("买家支付宝账号"), Some("a***@example.com"));
}

#[test]
fn generation_2018_below_title_rows() {
    let (layout, rows) = records("order-list-2018.csv");
    assert_eq!(layout, "taobao-order-list-2018");
    assert_eq!(rows[0].0, 5);
    assert_eq!(
        (rows[0].1.gross, rows[0].1.refund, rows[0].1.net),
        (Fen(12_800), Fen(12_800), Fen(0))
    );
    assert_eq!(orders(file("order-list-2018.csv")).expect("opens").header_line, 4);
}

#[test]
fn generation_of_61_columns() {
    let (layout, rows) = records("order-list-61.csv");
    assert_eq!((layout, rows.len()), ("taobao-order-list-61", 2));
    assert!(
        rows[0]
            .1
            .rest
            .contains(&("主订单编号".to_owned(), "35150000000000001".to_owned()))
    );
    assert_eq!((rows[0].1.quantity, rows[1].1.quantity), (Some(2), Some(1)));
}

#[test]
fn report_of_seven_columns_is_net() {
    let (layout, rows) = records("order-report-7.csv");
    assert_eq!((layout, rows[0].1.platform), ("tmall-report-7", "tmall"));
    let amounts: Vec<(bool, i64, i64, i64, i64)> = rows
        .iter()
        .map(|(_, r)| (r.paid.is_some(), r.total.0, r.gross.0, r.refund.0, r.net.0))
        .collect();
    assert_eq!(
        amounts,
        [
            (false, 17_880, 0, 0, 0),
            (true, 2_100, 2_100, 0, 2_100),
            (true, 10_000, 10_000, 4_000, 6_000),
            // Paid, though nothing is left of the amount.
            (true, 5_700, 5_700, 5_700, 0)
        ]
    );
    assert_eq!(rows[1].1.province.as_deref(), Some("内蒙古自治区"));
    // A paid amount that still holds the refund contradicts the layout.
    let wrong = file("order-report-7.csv").replace("3,100.0,60.0", "3,100.0,100.0");
    let (_, refused) = sort(orders(wrong).expect("opens"));
    assert_eq!(
        (refused[0].line, refused[0].column.as_deref()),
        (4, Some("买家实际支付金额"))
    );
}

#[test]
fn each_bad_line_is_refused_with_its_column() {
    let (records, refused) = sort(orders(file("order-refusals.csv")).expect("opens"));
    assert_eq!(records.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 19]);
    let got: Vec<(u64, Option<&str>, Option<&str>)> = refused
        .iter()
        .map(|r| (r.line, r.column.as_deref(), r.value.as_deref()))
        .collect();
    let number = Some("订单编号");
    assert_eq!(
        got,
        [
            (3, number, Some("1.23E+17")),
            (4, number, Some("35150000000000000.0")),
            (5, number, None),
            (6, Some("订单创建时间"), Some("2026-02-30 10:00:00")),
            (7, Some("订单付款时间"), Some("昨天")),
            (8, Some("订单创建时间"), None),
            (9, Some("总金额"), Some("十元")),
            (10, Some("总金额"), Some("-1.00")),
            (11, Some("退款金额"), Some("10.01")),
            (12, None, None),
            (13, None, None),
            (14, Some("宝贝总数量"), Some("两件")),
            (15, Some("买家实际支付金额"), None),
            (16, Some("买家实际支付金额"), Some("10.001")),
            (18, None, None),
            (20, number, Some("订单 20")),
        ]
    );
    assert!(refused[0].reason.contains("export the file again"));
    assert!(
        refused[10].reason.contains("10 cells where the header has 9"),
        "{}",
        refused[10].reason
    );
    assert!(refused.iter().all(|r| r.reason.len() > 20));
    let json = serde_json::to_string(&refused[2]).expect("serialises");
    assert!(
        json.starts_with(r#"{"line":5,"column":"订单编号","value":null,"reason":""#),
        "{json}"
    );
}

#[test]
fn damaged_and_nul_cells_are_refused_alone() {
    let mut bytes = file("order-report-7.csv").into_bytes();
    let place = bytes
        .windows(6)
        .position(|w| w == "湖南".as_bytes())
        .expect("there");
    bytes[place + 1] = 0xFF;
    let (records, refused) = sort(orders(bytes).expect("opens"));
    assert_eq!((records.len(), refused.len(), refused[0].line), (3, 1, 4));
    assert_eq!(refused[0].column.as_deref(), Some("收货地址"));
    let (records, refused) =
        sort(orders(file("order-report-7.csv").replace("湖南省", "湖\0南")).expect("opens"));
    assert_eq!((records.len(), refused[0].line), (3, 4));
}

#[test]
fn files_that_are_no_order_list_say_what_they_are() {
    let fault = |bytes: &[u8]| orders(bytes).err().expect("not opened").to_string();
    assert_eq!(fault(b""), "o.csv: is empty: export it again");
    for (text, word) in [
        ("订单编号,标题,价格,购买数量,外部系统编号\n", "item-level"),
        ("退款编号,订单编号,支付宝交易号\n", "refund export"),
        (
            "商品,订单号,订单状态,商品总价(元),用户实付金额（元）\n",
            "Pinduoduo",
        ),
        ("订单号,商品ID,京东价\n", "JD"),
        ("订单编号,买家实付金额,商品标题\n", "own choice"),
        (
            "订单编号,总金额,收货地址,买家实际支付金额,订单创建时间\n",
            "订单付款时间, 退款金额",
        ),
        (
            "订单编号,买家会员名,总金额,订单状态,订单创建时间,订单付款时间\n",
            "missing: 买家实际支付金额",
        ),
        ("a,b,c\n1,2,3\n", "missing: 订单编号"),
        ("<html><table><tr><td>订单编号</td></tr></table>", "web page"),
        ("PK\u{3}\u{4}xxxx", "save it as CSV UTF-8"),
        (
            "订单编号,总金额,总金额 ,买家实际支付金额,收货地址,订单创建时间,订单付款时间,退款金额\n",
            "more than once",
        ),
    ] {
        let got = fault(text.as_bytes());
        assert!(got.starts_with("o.csv: ") && got.contains(word), "{text}: {got}");
        assert_eq!(fault(&gb18030(text)), got, "in GB18030");
    }
    assert!(matches!(
        orders("a\n").err().expect("not opened").fault,
        Fault::UnknownHeader { .. }
    ));
    // A header without rows is an order list without orders.
    let header = file("order-report-7.csv")
        .lines()
        .next()
        .map(str::to_owned)
        .expect("a header");
    assert_eq!(sort(orders(header).expect("opens")), (vec![], vec![]));
}

#[test]
fn other_delimiters_and_orders_of_columns() {
    let tabs = file("order-report-7.csv").replace(',', "\t");
    let comma = sort(orders(file("order-report-7.csv")).expect("opens"));
    assert_eq!(sort(orders(tabs.clone()).expect("opens")), comma);
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(tabs.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(sort(orders(utf16).expect("opens")), comma);
    let turned: String = file("order-report-7.csv")
        .lines()
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + "\n")
        .collect();
    assert_eq!(sort(orders(turned).expect("opens")).0[3].1.net, Fen(0));
}

#[test]
fn the_shops_zone_gives_the_instant() {
    let zone = yingke_kernel::Zone::named("Europe/Berlin").expect("a zone");
    let input = std::io::Cursor::new(file("order-report-7.csv"));
    let mut rows = yingke_sheets::orders::open(input, "o", &zone).expect("opens");
    let Some(Item::Record { value, .. }) = rows.next() else {
        panic!()
    };
    assert_eq!(value.created, at("2026-02-21T00:00:00+01:00"));
}

/// The real file has no licence, so it is never copied into the project.
#[test]
fn the_real_report() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/tmall_order_report.csv");
    let Ok(input) = std::fs::File::open(&path) else {
        eprintln!("SKIPPED: the real order report is not there ({})", path.display());
        return;
    };
    let rows = yingke_sheets::orders::open(input, "tmall_order_report.csv", &support::zone()).expect("opens");
    assert_eq!(rows.layout, "tmall-report-7");
    let (mut created, mut paid, mut refunded) = (0, 0, 0);
    let mut sums = (Fen(0), Fen(0), Fen(0));
    for item in rows {
        let Item::Record { line, value } = item else {
            panic!("{item:?}")
        };
        created += 1;
        assert_eq!(
            (line, value.number.as_str()),
            (created + 1, created.to_string().as_str())
        );
        paid += u64::from(value.paid.is_some());
        refunded += u64::from(value.refund.0 > 0);
        assert_eq!(value.gross - value.refund, value.net);
        if value.paid.is_some() {
            assert_eq!(value.gross, value.total);
        }
        sums = (sums.0 + value.gross, sums.1 + value.refund, sums.2 + value.net);
    }
    assert_eq!((created, paid, refunded), (28_010, 24_087, 5_646));
    assert_eq!(sums.0 - sums.1, sums.2);
}

/// Writes records as the platform would: every cell quoted, ids and phones guarded.
fn write(layout: &str, records: &[OrderRecord]) -> String {
    let layout = layouts()
        .into_iter()
        .find(|l| l.name == layout)
        .expect("a layout");
    let net = layout.name == "tmall-report-7";
    let mut out = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    out.write_record(&layout.columns).expect("written");
    let time = |at: Stamp| {
        support::zone()
            .civil(at)
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    for r in records {
        let row = layout.columns.iter().map(|column| match *column {
            "订单编号" => format!("=\"{}\"", r.number),
            "买家会员名" => text(&r.buyer),
            "总金额" => r.total.to_string(),
            "买家实际支付金额" => if net { r.net } else { r.gross }.to_string(),
            "退款金额" => r.refund.to_string(),
            "订单创建时间" => time(r.created),
            "订单付款时间" => r.paid.map(time).unwrap_or_default(),
            "订单状态" => text(&r.state),
            "订单关闭原因" => r.closed_reason.clone().unwrap_or_else(|| "订单未关闭".to_owned()),
            "收货人姓名" => text(&r.receiver),
            "联系手机" => r.phone.as_ref().map(|p| format!("'{p}")).unwrap_or_default(),
            "收货地址" => match (&r.address, &r.zip) {
                (Some(address), Some(zip)) => format!("{address}({zip})"),
                (address, _) => text(address),
            },
            "宝贝标题" => text(&r.title),
            "宝贝总数量" => r.quantity.map(|q| q.to_string()).unwrap_or_default(),
            "买家留言" => text(&r.message),
            "订单备注" => text(&r.note),
            "物流公司" => text(&r.carrier),
            "物流单号" => text(&r.tracking),
            other => r
                .rest
                .iter()
                .find(|(name, _)| name == other)
                .map(|(_, v)| v.clone())
                .unwrap_or_default(),
        });
        out.write_record(row).expect("written");
    }
    String::from_utf8(out.into_inner().expect("flushed")).expect("text")
}

prop_compose! {
    /// An order of the full list.
    fn order()(
        number in "[1-9][0-9]{5,18}",
        buyer in prop::option::of("[a-z一-龥][a-z0-9_一-龥]{0,8}"),
        gross in 0i64..10_000_000, kept in 0u8..=100,
        created in 1_500_000_000i64..1_900_000_000,
        paid in prop::option::of(0i64..100_000),
        state in prop::sample::select(vec!["等待买家付款", "买家已付款，等待卖家发货", "交易成功", "交易关闭"]),
        closed_reason in prop::option::of("[一-龥]{2,9}"),
        phone in prop::option::of("1[0-9]{10}"),
        street in prop::option::of("[一-龥]{1,9}[0-9]{1,3}号"),
        zip in "[0-9]{6}",
        title in prop::option::of("[a-z一-龥][a-z,\"一-龥 ]{0,12}[a-z一-龥]"),
        message in prop::option::of("[一-龥]{1,4}[,\"\n]{0,3}[一-龥]{1,4}"),
        quantity in prop::option::of(0u32..1000),
        tracking in prop::option::of("No:[A-Z]{2}[0-9]{12}"),
        method in prop::option::of("[一-龥]{2,4}"),
    ) -> OrderRecord {
        let refund = Fen(gross * i64::from(kept) / 100);
        let created = Stamp::from_secs(created);
        let place = street.is_some();
        OrderRecord {
            number, platform: "taobao", buyer,
            total: Fen(gross), gross: Fen(gross), refund, net: Fen(gross) - refund,
            created, paid: paid.map(|after| created.plus_secs(after)),
            shipped: None, signed: None,
            state: Some(state.to_owned()), closed_reason, receiver: None, phone,
            province: place.then(|| "浙江省".to_owned()),
            city: place.then(|| "杭州市".to_owned()),
            district: place.then(|| "余杭区".to_owned()),
            address: street.map(|street| format!("浙江省 杭州市 余杭区 {street}")),
            zip: place.then_some(zip),
            title, quantity, message, note: None, carrier: None, tracking,
            rest: method.map(|method| ("运送方式".to_owned(), method)).into_iter().collect(),
        }
    }
}

proptest! {
    #![proptest_config(support::cases())]

    #[test]
    fn a_list_written_is_the_list_read(orders_in in prop::collection::vec(order(), 0..8), old in any::<bool>()) {
        for layout in ["taobao-order-list-2017", "taobao-order-list-2018", "taobao-order-list-61"] {
            let text = write(layout, &orders_in);
            let bytes = if old { gb18030(&text) } else { text.into_bytes() };
            let open = orders(bytes).expect("opens");
            prop_assert_eq!(open.layout, layout);
            let (read, refused) = sort(open);
            prop_assert_eq!(refused, vec![]);
            prop_assert_eq!(read.into_iter().map(|(_, r)| r).collect::<Vec<_>>(), orders_in.clone());
        }
    }

    #[test]
    fn a_report_written_is_the_report_read(orders_in in prop::collection::vec(order(), 0..8)) {
        let (read, refused) = sort(orders(write("tmall-report-7", &orders_in)).expect("opens"));
        prop_assert_eq!(refused, vec![]);
        for ((_, read), order) in read.iter().zip(&orders_in) {
            prop_assert_eq!(
                (&read.number, read.total, read.gross, read.refund, read.net, read.created, read.paid),
                (&order.number, order.total, order.gross, order.refund, order.net, order.created, order.paid)
            );
        }
        prop_assert_eq!(read.len(), orders_in.len());
    }
}
