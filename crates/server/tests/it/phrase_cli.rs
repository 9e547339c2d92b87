//! `yingke import phrases` and `yingke export phrases`, to the letter of their contract (R-PHRASE-03, R-PHRASE-04).

use crate::program::{Done, Folder};
use serde_json::{Value, json};
use std::path::Path;
use yingke_api::ws::protocol::ServerFrame;
use yingke_testkit::{Http, Socket};

fn gb(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn import(folder: &Folder, words: &[&str]) -> Done {
    folder.run(&[&["import", "phrases", "--format", "json"], words].concat())
}

/// The result of the one file.
fn one(done: &Done, code: i32) -> Value {
    let all = done.json(code);
    assert_eq!(all.as_array().map(Vec::len), Some(1), "{all}");
    assert_eq!(all[0]["kind"], "phrases");
    all[0].clone()
}

/// Read, created, changed, unchanged, refused.
fn counts(result: &Value) -> [u64; 5] {
    let number = |key: &str| result[key].as_u64().unwrap();
    let refused = result["refused"].as_array().unwrap().len() as u64;
    [
        number("read"),
        number("created"),
        number("changed"),
        number("unchanged"),
        refused,
    ]
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Exports with these words into a file beside the house.
fn exported(folder: &Folder, name: &str, words: &[&str]) -> Vec<u8> {
    let out = folder.beside(name);
    let done = folder.run(&[&["export", "phrases", "--out", path(&out)], words].concat());
    assert_eq!((done.code, &*done.out), (0, ""), "{done:#?}");
    std::fs::read(out).unwrap()
}

#[test]
fn r_phrase_03_and_04_a_platforms_file_is_tried_put_in_and_replaces_the_stock() {
    for folder in [Some(Folder::new()), Folder::postgres()].into_iter().flatten() {
        let stock = one(&import(&folder, &["--stock"]), 0);
        let [whole, ..] = counts(&stock);
        assert!(whole >= 500, "{stock}");
        assert_eq!(
            counts(&stock),
            [whole, 0, 0, whole, 0],
            "a house begins with the stock"
        );

        let table =
            "快捷短语编码,快捷短语,快捷短语分组\r\nwxq1,雾凇挂毯今天发,物流\r\nwxq2,\"两行\r\n的话\",\r\n";
        let file = folder.file("platform.csv", gb(table));
        let tried = one(&import(&folder, &["--dry-run", path(&file)]), 0);
        assert_eq!(
            (&tried["layout"], counts(&tried)),
            (&json!("taobao-phrases"), [2, 2, 0, 0, 0])
        );
        let done = one(&import(&folder, &[path(&file)]), 0);
        assert_eq!(counts(&done), [2, 2, 0, 0, 0], "the dry run had put nothing");
        assert_eq!(
            done.get("removed"),
            None,
            "without --replace nothing is taken out"
        );
        assert_eq!(counts(&one(&import(&folder, &[path(&file)]), 0)), [2, 0, 0, 2, 0]);

        // The same words get the file's code.
        let table = table.replace("wxq1", "wxq9");
        let file = folder.file("platform.csv", gb(&table));
        assert_eq!(counts(&one(&import(&folder, &[path(&file)]), 0)), [2, 0, 1, 1, 0]);

        let words = ["--replace", "--dry-run", path(&file)];
        assert_eq!(one(&import(&folder, &words), 0)["removed"], whole);
        let replaced = one(&import(&folder, &["--replace", path(&file)]), 0);
        assert_eq!(
            (counts(&replaced), &replaced["removed"]),
            ([2, 0, 0, 2, 0], &json!(whole))
        );
        let again = String::from_utf8_lossy(&exported(&folder, "again.csv", &["--as", "csv"])).into_owned();
        assert!(again.contains("wxq9,") && again.contains("两行"), "{again}");
        let bytes = exported(&folder, "again.csv", &["--as", "taobao"]);
        let (text, _, broken) = encoding_rs::GB18030.decode(&bytes);
        assert!(!broken);
        assert_eq!(text.replace("\r\n", "\n"), table.replace("\r\n", "\n"));

        let tried = one(&import(&folder, &["--stock", "--dry-run"]), 0);
        assert_eq!(counts(&tried), [whole, whole, 0, 0, 0]);
        assert_eq!(
            counts(&one(&import(&folder, &["--stock"]), 0)),
            [whole, whole, 0, 0, 0]
        );
    }
}

#[test]
fn r_phrase_03_what_is_wrong_is_said_and_the_rest_is_taken() {
    let folder = Folder::new();
    let table = "最初3行的内容请勿改动(V3)！！！\r\n店铺:小美\r\n\
        分组,快捷编码,标题,内容,图片名,程序数据（手工新增词条时，本字段留空即可）\r\n\
        售前=>尺码,wxc1,选码,\"雾凇外套\r\n建议选L码\",,x1\r\n\
        售前,wxc1,选码,同一个编码,,\r\n\
        售后＝>退换,wxt,,雾凇外套可以退,,\r\n\
        售后,wxu,,{没有的}雾凇,,\r\n\
        售后,wxv,,雾凇看图,nowhere.jpg,\r\n";
    let done = import(&folder, &[path(&folder.file("v3.csv", gb(table)))]);
    let result = one(&done, 1);
    assert_eq!(
        (&result["layout"], counts(&result)),
        (&json!("phrases-v3"), [5, 2, 0, 0, 3])
    );
    let said: Vec<_> = result["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["line"].as_u64().unwrap(), r["column"].as_str().unwrap()))
        .collect();
    // By physical line: the first phrase takes two.
    assert_eq!(said, [(6, "快捷编码"), (8, "内容"), (9, "图片名")]);
    assert!(
        result["refused"][1]["value"].as_str().unwrap().contains("雾凇"),
        "{result}"
    );
    // While a line is refused, nothing is taken out: its phrase may be one of those.
    let done = import(&folder, &["--replace", path(&folder.beside("v3.csv"))]);
    let result = one(&done, 1);
    assert_eq!(
        (counts(&result), &result["removed"]),
        ([5, 0, 0, 2, 3], &json!(0))
    );
    assert!(done.err.contains("nothing was taken out"), "{done:#?}");
    let taken = "编码,内容\nwxa,雾凇一\nwxa,雾凇二\n";
    let file = folder.file("twice.csv", taken);
    let result = one(&import(&folder, &["--replace", path(&file)]), 1);
    assert_eq!(
        (counts(&result), &result["removed"]),
        ([2, 1, 0, 0, 1], &json!(0))
    );
    let v3 = exported(&folder, "out.csv", &["--as", "v3"]);
    let text = encoding_rs::GB18030.decode(&v3).0.into_owned();
    assert!(
        text.contains("售前=>尺码,wxc1,") && text.contains("售后=>退换,wxt,"),
        "{text}"
    );

    // What cannot be done at all: one line, exit code 2, nothing on standard output.
    let orders = folder.file("orders.csv", "订单编号,金额\n1,2\n");
    import(&folder, &[path(&orders)]).refused(&["orders.csv", "快捷短语编码"]);
    let good = folder.file("good.csv", "编码,内容\nwxg,雾凇\n");
    import(&folder, &["--shop", "nowhere", path(&good)]).refused(&["nowhere", "--shop"]);
    import(&folder, &["--person", "nobody", path(&good)]).refused(&["nobody", "login"]);
    import(&folder, &["--replace", path(&good), path(&good)]).refused(&["--replace", "one file"]);
    import(&folder, &["--stock", path(&good)]).refused(&["--stock"]);
    import(&folder, &[]).refused(&["FILE"]);
    import(&folder, &["not-there.csv"]).refused(&["not-there.csv"]);
    let words = ["export", "phrases", "--person", "nobody"];
    folder.run(&words).refused(&["nobody"]);
    let words = ["import", "phrases", "--format", "json", "-"];
    let fed = folder.feed(&words, "编码,内容\nwxg,雾凇\n".as_bytes());
    assert_eq!(counts(&one(&fed, 0)), [1, 1, 0, 0, 0]);
}

#[test]
fn r_phrase_02_and_05_a_running_server_does_it_and_tells_its_desks() {
    let folder = Folder::new();
    let server = folder.serve();
    let made = folder.run(&["link"]);
    let (_, rest) = made.out.split_once("/in#").unwrap();
    let token = rest.split_whitespace().next().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (desk, mut seat) = runtime.block_on(async {
        let http = Http::new(server.address());
        let form =
            json!({"token": token, "login": "laoban", "name": "王小二", "password": "correct horse battery"});
        let signed = http.post("/api/v1/access/link", &form).await.expect(200);
        let desk = http.with("cookie", &signed.cookie("yk_session").unwrap());
        let seat = Socket::open(&desk, "/ws").await.unwrap();
        (desk, seat)
    });
    let table =
        "分组,编码,标题,内容,追问,等级,阶段,场景\n甲/乙,wxo,'=题,雾凇归我,还要别的吗,3,议价,bargain\n";
    let file = folder.file("own.csv", table);
    let words = ["--person", "laoban", path(&file)];
    assert_eq!(counts(&one(&import(&folder, &words), 0)), [1, 1, 0, 0, 0]);
    let (set, phrases) = runtime.block_on(async {
        let set = seat
            .until("that phrases changed", |frame| match frame {
                ServerFrame::Phrases { set, .. } => Some(set.clone()),
                _ => None,
            })
            .await;
        let all = desk.get("/api/v1/phrase/phrases").await.expect(200).json();
        (set, all["phrases"].as_array().unwrap().clone())
    });
    assert_eq!(set, "own");
    let own: Vec<&Value> = phrases.iter().filter(|p| p["set"] == "own").collect();
    assert_eq!(own.len(), 1);
    assert_eq!(
        (&own[0]["title"], &own[0]["level"], &own[0]["stage"]),
        (&json!("=题"), &json!(3), &json!("bargaining"))
    );

    // The workbook, chosen by its ending, comes back as it went, for either set.
    for words in [&["--person", "laoban"][..], &[]] {
        let book = exported(&folder, "book.xlsx", words);
        assert!(book.starts_with(b"PK\x03\x04"));
        let file = folder.beside("book.xlsx");
        let words = [words, &["--replace", path(&file)]].concat();
        let result = one(&import(&folder, &words), 0);
        let [read, created, changed, unchanged, refused] = counts(&result);
        assert_eq!(
            (created, changed, unchanged, refused),
            (0, 0, read, 0),
            "{result}"
        );
        assert_eq!(
            (&result["removed"], &result["layout"]),
            (&json!(0), &json!("phrases"))
        );
    }
    let own = String::from_utf8(exported(&folder, "own.csv", &["--person", "laoban"])).unwrap();
    assert_eq!(own.lines().count(), 2, "only what is the person's own: {own}");
    drop((seat, desk));
    assert_eq!(server.stop().0, 0);
}
