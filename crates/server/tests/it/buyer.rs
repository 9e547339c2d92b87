//! Who the buyer is, as seen from outside: contacts masked for everybody, shown by an act on the trail, taken out, forgotten; and
//! goods from a table.

use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use std::io::Cursor;
use yingke_app::intake::{ChatImport, GoodsImport, OrderImport, import_chats, import_goods, import_orders};
use yingke_app::metric::{Query, catch_up, performance};
use yingke_domain::access::Role;
use yingke_domain::metric::By;
use yingke_testkit::{Desk, Http, TestServer, both, multipart};

const PHONE: &str = "13800002207";
const ADDRESS: &str = "浙江省 杭州市 余杭区 文一西路969号 3幢";
const NAME: &str = "王小明";

/// An order list of the platform, one paid order for each of these buyers.
fn order_list(buyers: &[(&str, &str, &str)]) -> String {
    let mut text = String::from(
        "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,收货人姓名,收货地址,联系手机,宝贝标题,宝贝总数量,物流单号,物流公司,买家留言\n",
    );
    for (number, buyer, phone) in buyers {
        text.push_str(&format!(
            "{number},{buyer},200.00,178.80,\"买家已付款,等待卖家发货\",2026-10-02 09:00:00,2026-10-02 09:01:00,{NAME},{ADDRESS},'{phone},山里有雾 挂毯,2,YT1,圆通,请{NAME}收\n"
        ));
    }
    text
}

async fn orders(server: &TestServer, buyers: &[(&str, &str, &str)]) {
    let file = Cursor::new(order_list(buyers).into_bytes());
    let done = import_orders(&server.home.house, "orders.csv", file, &OrderImport::default())
        .await
        .unwrap();
    assert!(done.refused.is_empty(), "{:?}", done.refused);
}

/// Two days of talk with a platform's buyer, who says who they are.
async fn talk(server: &TestServer, buyer: &str) {
    let mut text = String::new();
    for (day, hour) in [(1, 10), (2, 11)] {
        for (second, from, words) in [
            (0, "buyer", format!("我是{NAME}，电话{PHONE}")),
            (20, "agent", format!("{NAME}您好")),
            (50, "buyer", "什么时候发货".to_owned()),
            (300, "agent", "明天就发".to_owned()),
        ] {
            let at = format!(
                "2026-10-0{day}T{hour}:{:02}:{:02}+08:00",
                second / 60,
                second % 60
            );
            let line = json!({"channel": "taobao", "conversation": format!("{buyer}-{day}"), "buyer": buyer,
                "agent": "店铺:小美", "at": at, "from": from, "text": words});
            text.push_str(&format!("{line}\n"));
        }
    }
    let done = import_chats(
        &server.home.house,
        "chats.jsonl",
        Cursor::new(text.into_bytes()),
        &ChatImport::default(),
    )
    .await
    .unwrap();
    assert!(done.refused.is_empty(), "{:?}", done.refused);
}

/// The row of a buyer by name, from the list of all threads.
async fn row_of(desk: &Desk, name: &str) -> Value {
    let page = desk
        .http
        .get("/api/v1/conversation/threads?tab=all")
        .await
        .expect(200)
        .json();
    let rows = page["rows"].as_array().unwrap().clone();
    rows.into_iter()
        .find(|row| row["buyer_name"] == name)
        .unwrap_or_else(|| panic!("{name} in {page}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Lines of the trail of this act, newest first: subject and detail.
async fn trail(desk: &Desk, act: &str) -> Vec<(String, String)> {
    let page = desk.http.get("/api/v1/access/audit").await.expect(200).json();
    let lines = page["lines"].as_array().unwrap();
    lines
        .iter()
        .filter(|line| line["act"] == act)
        .map(|line| {
            (
                text(&line["subject"]).to_owned(),
                text(&line["detail"]).to_owned(),
            )
        })
        .collect()
}

both!(
    async fn r_desk_09_contacts_are_masked_for_all_and_shown_to_whoever_serves(bed: Bed) {
        let server = TestServer::start(&bed).await;
        orders(
            &server,
            &[("1001", "tb_anna", PHONE), ("1002", "tb_bert", "13900001111")],
        )
        .await;
        talk(&server, "tb_anna").await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let (mei, li) = (
            server.hire("小美", Role::Agent, None).await,
            server.hire("小丽", Role::Agent, None).await,
        );
        // What the account of the platform answered is hers.
        let body = json!({ "channel": "taobao", "account": "店铺:小美" });
        let path = format!("/api/v1/access/people/{}/accounts", mei.person);
        let _bound = boss.http.post(&path, &body).await.expect(204);
        let row = row_of(&boss, "tb_anna").await;
        let (buyer, thread) = (text(&row["buyer"]).to_owned(), text(&row["thread"]).to_owned());

        for desk in [&owner, &boss, &mei, &li] {
            let record = desk.http.get(&format!("/api/v1/buyer/{buyer}")).await.expect(200);
            let list = desk
                .http
                .get(&format!("/api/v1/buyer/{buyer}/orders"))
                .await
                .expect(200);
            let page = desk.http.get("/api/v1/order/orders").await.expect(200);
            let found = desk.http.get("/api/v1/search?q=2207").await;
            for answer in [
                record.to_string(),
                list.to_string(),
                page.to_string(),
                found.to_string(),
            ] {
                for secret in [PHONE, "969号", "13900001111"] {
                    assert!(
                        !answer.contains(secret),
                        "{} sees {secret} in {answer}",
                        desk.name
                    );
                }
            }
            let record = record.json();
            assert_eq!(record["phone"], "138****2207");
            assert_eq!(
                (&record["masked"], &record["returning"]),
                (&json!(true), &json!(true))
            );
            assert_eq!(
                (&record["external"], &record["conversations"]),
                (&json!("tb_anna"), &json!(2))
            );
            assert_eq!(
                (&record["orders"]["paid_count"], &record["orders"]["paid_fen"]),
                (&json!(1), &json!(17_880))
            );
            let order = &list.json()[0];
            assert_eq!(
                (&order["receiver"], &order["state"]),
                (&json!("王**"), &json!("awaiting_shipment"))
            );
            assert_eq!(order["address"], "浙江省 杭州市 余杭区 文一西路****");
            assert_eq!(
                (&order["buyer"], &order["thread"]),
                (&json!(buyer), &json!(thread))
            );
            assert_eq!(
                (text(&order["parcel"]), &order["quantity"]),
                ("圆通 YT1", &json!(2))
            );
        }
        let talks = mei
            .http
            .get(&format!("/api/v1/buyer/{buyer}/conversations?limit=1"))
            .await
            .expect(200)
            .json();
        assert_eq!(talks["conversations"].as_array().unwrap().len(), 1);
        let next = format!(
            "/api/v1/buyer/{buyer}/conversations?limit=1&before={}",
            text(&talks["next"])
        );
        let older = mei.http.get(&next).await.expect(200).json();
        assert!(text(&older["conversations"][0]["text"]).contains("我是"));
        assert_eq!(older["conversations"][0]["messages"], 4);

        // A colleague who never served this buyer sees no more; who answered under the platform's account does.
        let reveal = format!("/api/v1/buyer/{buyer}/reveal");
        let phone = json!({ "what": "phone" });
        assert_eq!(
            li.http.post(&reveal, &phone).await.expect(403).code(),
            "not_your_buyer"
        );
        assert_eq!(
            trail(&boss, "buyer.reveal").await,
            [],
            "what was refused was not shown"
        );
        assert_eq!(
            boss.http.post(&reveal, &phone).await.expect(200).json()["value"],
            PHONE
        );
        let list = mei
            .http
            .get(&format!("/api/v1/buyer/{buyer}/orders"))
            .await
            .expect(200)
            .json();
        let order = text(&list[0]["order"]).to_owned();
        let address = json!({ "what": "address", "order": order });
        assert_eq!(
            boss.http.post(&reveal, &address).await.expect(200).json()["value"],
            ADDRESS
        );
        assert_eq!(
            li.http.post(&reveal, &address).await.expect(403).code(),
            "not_your_buyer"
        );
        assert_eq!(
            boss.http
                .post(&reveal, &json!({ "what": "address" }))
                .await
                .expect(400)
                .code(),
            "order_missing"
        );
        let receiver = json!({ "what": "receiver" });
        let of_order = format!("/api/v1/order/orders/{order}/reveal");
        assert_eq!(
            boss.http.post(&of_order, &receiver).await.expect(200).json()["value"],
            NAME
        );
        assert_eq!(
            mei.http.post(&reveal, &phone).await.expect(200).json()["value"],
            PHONE
        );
        let shown = trail(&boss, "buyer.reveal").await;
        assert_eq!(shown, vec![(buyer.clone(), "phone".to_owned()); 2]);
        let shown = trail(&boss, "order.reveal").await;
        assert_eq!(shown.len(), 2);
        assert!(
            shown
                .iter()
                .all(|(_, detail)| detail.starts_with("1001") && !detail.contains(NAME))
        );

        // Of an order whose buyer the house does not know, an agent sees nothing in full.
        let page = li
            .http
            .get("/api/v1/order/orders?q=1002")
            .await
            .expect(200)
            .json();
        assert_eq!(page["orders"][0]["buyer"], Value::Null);
        let other = text(&page["orders"][0]["order"]).to_owned();
        let path = format!("/api/v1/order/orders/{other}/reveal");
        assert_eq!(
            li.http.post(&path, &phone).await.expect(403).code(),
            "not_your_buyer"
        );
        assert_eq!(
            boss.http.post(&path, &phone).await.expect(200).json()["value"],
            "13900001111"
        );
        let foreign = json!({ "what": "phone", "order": other });
        let _not_theirs = boss.http.post(&reveal, &foreign).await.expect(404);
        server.stop().await;
    }
);

both!(
    async fn a_guest_who_is_served_is_written_down_and_told_to_every_desk(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut socket) = server.agent("小美", None).await;
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        widget.send(None, "在吗").await;
        socket.given(&guest.thread, mei.person).await;
        let row = mei.row(&guest.thread).await;
        let buyer = text(&row["buyer"]).to_owned();
        let path = format!("/api/v1/buyer/{buyer}");
        let change = json!({ "name": "安娜", "phone": "+86 138-0000-2207", "city": "杭州", "remark": "要快",
            "attributes": { "窗宽": "3.2米", "楼层": "5" } });
        let _changed = mei.http.send("PATCH", &path, &change).await.expect(204);
        let tags = mei
            .http
            .send("PUT", &format!("{path}/tags/%E6%80%A5"), &json!({}))
            .await
            .expect(200);
        assert_eq!(tags.json(), json!(["急"]));
        let _again = mei
            .http
            .send("PUT", &format!("{path}/tags/%E6%80%A5"), &json!({}))
            .await
            .expect(200);
        socket
            .until("the row with name and tag", |frame| match frame {
                yingke_api::ws::protocol::ServerFrame::Row { row } if row.buyer_name == "安娜" => {
                    (row.tags == ["急"]).then_some(())
                }
                _ => None,
            })
            .await;
        let used = mei.http.get("/api/v1/buyer/tags").await.expect(200).json();
        assert_eq!(used, json!([{ "tag": "急", "count": 1 }]));
        let out = json!({ "attributes": { "楼层": null } });
        let _changed = mei.http.send("PATCH", &path, &out).await.expect(204);
        let record = mei.http.get(&path).await.expect(200).json();
        assert_eq!(record["attributes"], json!({ "窗宽": "3.2米" }));
        assert_eq!(
            (&record["phone"], &record["city"]),
            (&json!("138****2207"), &json!("杭州"))
        );
        assert_eq!(
            (&record["returning"], &record["external"]),
            (&json!(false), &Value::Null)
        );
        // Whoever has bought is no stranger, in the list as in the file (R-DESK-09).
        assert_eq!(mei.row(&guest.thread).await["returning"], false);
        orders(&server, &[("1001", "tb_anna", PHONE)]).await;
        socket
            .until("the row of a returning buyer", |frame| match frame {
                yingke_api::ws::protocol::ServerFrame::Row { row } if row.thread == guest.thread => {
                    row.returning.then_some(())
                }
                _ => None,
            })
            .await;
        assert_eq!(mei.http.get(&path).await.expect(200).json()["returning"], true);
        // What the desk offers to say is masked like what it shows (R-DESK-17).
        let offers = format!("/api/v1/conversation/threads/{}/offers", guest.thread);
        let offers = mei.http.get(&offers).await.expect(200).json().to_string();
        assert!(
            offers.contains("文一西路****") && !offers.contains("969号"),
            "{offers}"
        );
        // Who serves the buyer sees the number.
        let value = mei
            .http
            .post(&format!("{path}/reveal"), &json!({ "what": "phone" }))
            .await
            .expect(200);
        assert_eq!(value.json()["value"], "13800002207");
        for (body, code) in [
            (json!({ "phone": "138****2207" }), "bad_phone"),
            (json!({ "phone": "问他" }), "bad_phone"),
            (json!({ "name": " " }), "name_missing"),
            (json!({ "remark": "长".repeat(2_001) }), "too_long"),
        ] {
            assert_eq!(
                mei.http.send("PATCH", &path, &body).await.expect(400).code(),
                code
            );
        }
        let _off = mei
            .http
            .send("DELETE", &format!("{path}/tags/%E6%80%A5"), &json!({}))
            .await
            .expect(200);
        assert_eq!(mei.http.get(&path).await.expect(200).json()["tags"], json!([]));
        // The order of somebody with that number is theirs.
        let list = mei.http.get(&format!("{path}/orders")).await.expect(200).json();
        assert_eq!(list[0]["number"], "1001");
        server.stop().await;
    }
);

async fn figures(server: &TestServer) -> String {
    catch_up(&server.home.house).await.unwrap();
    let query = Query {
        from: "2026-09-01".parse().unwrap(),
        to: "2026-10-31".parse().unwrap(),
        by: By::parse("shop,agent,date,hour").unwrap(),
        as_of: None,
        shops: None,
        line: None,
        only: None,
    };
    serde_json::to_string(&performance(&server.home.house, query).await.unwrap()).unwrap()
}

fn png() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(6, 4)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn give_picture(http: &Http) -> Value {
    let (kind, body) = multipart("file", "picture.png", "image/png", &png());
    http.request("POST", "/api/v1/conversation/files", Some((&kind, &body)))
        .await
        .expect(201)
        .json()
}

both!(
    async fn a_buyer_is_taken_out_and_forgotten_and_no_figure_changes(bed: Bed) {
        let server = TestServer::start(&bed).await;
        orders(
            &server,
            &[("1001", "tb_anna", PHONE), ("1002", "tb_bert", "13900001111")],
        )
        .await;
        talk(&server, "tb_anna").await;
        talk(&server, "tb_bert").await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let row = row_of(&owner, "tb_anna").await;
        let (buyer, thread) = (text(&row["buyer"]).to_owned(), text(&row["thread"]).to_owned());
        let path = format!("/api/v1/buyer/{buyer}");
        let before = owner.entries(&thread).await;
        let figures_before = figures(&server).await;
        yingke_app::search::catch_up(&server.home.house).await.unwrap();
        let found = owner
            .http
            .get("/api/v1/search?q=%E7%8E%8B%E5%B0%8F%E6%98%8E")
            .await
            .expect(200)
            .json();
        let hits = found["messages"].as_array().unwrap();
        assert!(hits.iter().any(|hit| hit["thread"] == json!(thread)), "{found}");

        let export = format!("{path}/export");
        let _no = boss.http.get(&export).await.expect(403);
        let file = owner.http.get(&export).await.expect(200);
        assert!(
            file.header("content-disposition")
                .unwrap()
                .starts_with("attachment")
        );
        let document = file.json();
        assert_eq!(document["orders"][0]["phone"], PHONE);
        assert_eq!(document["orders"][0]["address"], ADDRESS);
        assert_eq!(
            document["threads"][0]["entries"].as_array().unwrap().len(),
            before.len()
        );
        assert!(file.to_string().contains(&format!("我是{NAME}")));
        assert!(!file.to_string().contains("tb_bert"), "somebody else's");
        assert_eq!(
            trail(&owner, "buyer.export").await,
            [(buyer.clone(), String::new())]
        );

        let erase = format!("{path}/erase");
        let confirm = json!({ "confirm": "tb_anna" });
        let _no = boss.http.post(&erase, &confirm).await.expect(403);
        assert_eq!(
            owner
                .http
                .post(&erase, &json!({ "confirm": "anna" }))
                .await
                .expect(400)
                .code(),
            "confirm_wrong"
        );
        let _done = owner.http.post(&erase, &confirm).await.expect(204);

        let after = owner.entries(&thread).await;
        let bare = |entries: &[Value]| -> Vec<Value> {
            entries
                .iter()
                .map(|e| json!([e["seq"], e["at"], e["kind"], e["from"], e["conversation"]]))
                .collect()
        };
        assert_eq!(bare(&before), bare(&after), "the sequence stays, without a hole");
        assert!(after.iter().all(|e| e["text"] == ""), "{after:?}");
        assert_eq!(figures(&server).await, figures_before, "no figure changes");
        let record = owner.http.get(&path).await.expect(200);
        let list = owner.http.get("/api/v1/order/orders?q=1001").await.expect(200);
        let threads = owner
            .http
            .get("/api/v1/conversation/threads?tab=all")
            .await
            .expect(200);
        let again = owner.http.get(&export).await.expect(200);
        for answer in [&record, &list, &threads, &again] {
            for secret in [NAME, PHONE, "2207", "tb_anna", "文一西路"] {
                assert!(!answer.to_string().contains(secret), "{secret} in {answer}");
            }
        }
        let order = &list.json()["orders"][0];
        assert_eq!(
            (&order["gross_fen"], text(&order["items"][0]["title"])),
            (&json!(17_880), "山里有雾 挂毯")
        );
        assert!(record.json()["erased_at"].is_string());
        yingke_app::search::catch_up(&server.home.house).await.unwrap();
        let found = owner
            .http
            .get("/api/v1/search?q=%E7%8E%8B%E5%B0%8F%E6%98%8E")
            .await
            .expect(200)
            .json();
        let hits = found["messages"].as_array().unwrap();
        assert!(
            !hits.is_empty() && hits.iter().all(|hit| hit["thread"] != json!(thread)),
            "{found}"
        );
        // The file that told of the order brings nobody back.
        orders(&server, &[("1001", "tb_anna", PHONE)]).await;
        let list = owner.http.get("/api/v1/order/orders?q=1001").await.expect(200);
        assert!(
            !list.to_string().contains("2207") && !list.to_string().contains("tb_anna"),
            "{list}"
        );
        // The other buyer is untouched.
        let bert = row_of(&owner, "tb_bert").await;
        let entries = owner.entries(text(&bert["thread"])).await;
        assert!(entries.iter().any(|e| text(&e["text"]).contains(NAME)));
        let lines = trail(&owner, "buyer.erase").await;
        assert_eq!(lines.len(), 1);
        assert!(lines[0].1.contains("1 orders"), "{lines:?}");
        server.stop().await;
    }
);

both!(
    async fn a_guest_is_forgotten_with_pictures_and_secret_once_the_talk_is_over(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut socket) = server.agent("小美", None).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let guest = server.guest().await;
        let picture = give_picture(&guest.http).await;
        let mut widget = guest.socket().await;
        widget.send(None, "看图").await;
        socket.given(&guest.thread, mei.person).await;
        let url = text(&picture["url"]).to_owned();
        let _seen = guest.http.get(&url).await.expect(200);
        let row = owner.row(&guest.thread).await;
        let path = format!("/api/v1/buyer/{}", text(&row["buyer"]));
        let confirm = json!({ "confirm": text(&row["buyer_name"]) });
        let erase = format!("{path}/erase");
        assert_eq!(
            owner.http.post(&erase, &confirm).await.expect(409).code(),
            "conversation_open"
        );
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        let _done = owner.http.post(&erase, &confirm).await.expect(204);
        let _gone = guest.http.get(&url).await.expect(404);
        // The widget's secret opens nothing any more: who comes again is somebody new.
        let hello = json!({ "shop": "main", "token": guest.token });
        let anew = server
            .http()
            .post("/api/v1/widget/hello", &hello)
            .await
            .expect(200)
            .json();
        assert_ne!(anew["thread"], json!(guest.thread));
        server.stop().await;
    }
);

both!(
    async fn what_is_too_old_goes_by_itself_and_figures_stay(bed: Bed) {
        let mut bed = bed;
        bed.change_policy(|policy| {
            policy.retention.messages_days = 1;
            policy.retention.contacts_days = 1;
            policy.retention.files_days = 30;
        });
        let server = TestServer::start(&bed).await;
        orders(&server, &[("1001", "tb_anna", PHONE)]).await;
        talk(&server, "tb_anna").await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let row = row_of(&owner, "tb_anna").await;
        let thread = text(&row["thread"]).to_owned();
        let before = figures(&server).await;
        // The clock stands at 10 o'clock of the third: the first day's talk is older than a day, the second's is not.
        let erased = yingke_app::retention::erase_old(&server.home.house)
            .await
            .unwrap();
        assert_eq!((erased.conversations, erased.orders, erased.files), (1, 1, 0));
        let texts: Vec<bool> = owner
            .entries(&thread)
            .await
            .iter()
            .map(|e| e["text"] == "")
            .collect();
        assert_eq!(texts, [true, true, true, true, false, false, false, false]);
        assert_eq!(figures(&server).await, before);
        let order = owner.http.get("/api/v1/order/orders?q=1001").await.expect(200);
        assert!(!order.to_string().contains("2207"), "{order}");
        assert_eq!(trail(&owner, "retention.messages").await.len(), 1);
        assert_eq!(trail(&owner, "retention.contacts").await.len(), 1);
        let again = yingke_app::retention::erase_old(&server.home.house)
            .await
            .unwrap();
        assert_eq!(again, yingke_app::retention::Erased::default(), "nothing twice");
        assert_eq!(trail(&owner, "retention.messages").await.len(), 1);
        server.stop().await;
    }
);

both!(
    async fn r_goods_01_goods_come_from_a_table_and_have_shelf_and_picture(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("pic")).unwrap();
        std::fs::write(folder.path().join("pic/1.png"), png()).unwrap();
        std::fs::write(folder.path().join("pic/2.png"), b"no picture").unwrap();
        let table = "编号,标题,类目,价格,原价,库存,状态,图片,材质\n\
            YX-1,山里有雾 挂毯,挂毯,128.50,168,46,上架,pic/1.png,棉麻\n\
            YX-2,谷雨 桌旗,桌旗,59,,0,下架,https://shop.example/2.jpg,\n\
            YX-3,坏图,桌旗,9,,,上架,pic/2.png,\n\
            YX-4,外面,桌旗,9,,,上架,../secret.png,\n\
            YX-5,没有,桌旗,9,,,上架,pic/5.png,\n\
            YX-1,又来,挂毯,1,,,上架,,\n";
        let options = |dry_run| GoodsImport {
            shop: None,
            folder: Some(folder.path().to_owned()),
            dry_run,
        };
        let read = |text: &str| Cursor::new(text.as_bytes().to_vec());
        let house = &server.home.house;
        let dry = import_goods(house, "goods.csv", read(table), &options(true))
            .await
            .unwrap();
        assert_eq!((dry.read, dry.created, dry.refused.len()), (6, 3, 3));
        let lines: Vec<u64> = dry.refused.iter().map(|r| r.line).collect();
        assert_eq!(lines, [5, 6, 7]);
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mei = server.hire("小美", Role::Agent, None).await;
        let all = "/api/v1/goods/products";
        assert_eq!(
            mei.http.get(all).await.expect(200).json()["products"],
            json!([]),
            "a dry run stores nothing"
        );
        let done = import_goods(house, "goods.csv", read(table), &options(false))
            .await
            .unwrap();
        assert_eq!((done.created, done.refused.len()), (3, 4), "{:?}", done.refused);
        assert!(
            done.refused
                .iter()
                .any(|r| r.line == 4 && r.reason.contains("picture was not"))
        );
        let again = import_goods(house, "goods.csv", read(table), &options(false))
            .await
            .unwrap();
        assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 3));
        // What a file does not say stays as it is.
        let prices = "code,title,price\nYX-1,山里有雾 挂毯,99\n";
        let changed = import_goods(house, "prices.csv", read(prices), &options(false))
            .await
            .unwrap();
        assert_eq!(changed.changed, 1);
        let page = mei
            .http
            .get(&format!("{all}?q=%E6%9C%89%E9%9B%BE"))
            .await
            .expect(200)
            .json();
        let tapestry = &page["products"][0];
        assert_eq!(
            (&tapestry["price_fen"], &tapestry["list_fen"], &tapestry["stock"]),
            (&json!(9_900), &json!(16_800), &json!(46))
        );
        assert_eq!(
            (&tapestry["facts"], &tapestry["category"]),
            (&json!({ "材质": "棉麻" }), &json!("挂毯"))
        );
        let runner = &mei
            .http
            .get(&format!("{all}?on_shelf=false"))
            .await
            .expect(200)
            .json()["products"][0];
        assert_eq!(
            (text(&runner["code"]), &runner["picture"]),
            ("YX-2", &Value::Null)
        );
        assert_eq!(
            runner["facts"]["图片"], "https://shop.example/2.jpg",
            "written down, not fetched"
        );

        // Everybody sees the picture; it is one that the house wrote itself.
        let picture = text(&tapestry["picture"]).to_owned();
        let shown = server.http().get(&picture).await.expect(200);
        assert_eq!(shown.header("content-type"), Some("image/jpeg"));
        assert!(shown.header("cache-control").unwrap().starts_with("public"));
        let shelf = server
            .http()
            .get("/api/v1/goods/shelf?shop=main")
            .await
            .expect(200)
            .json();
        let codes: Vec<&str> = shelf
            .as_array()
            .unwrap()
            .iter()
            .map(|p| text(&p["code"]))
            .collect();
        assert!(codes.contains(&"YX-1") && !codes.contains(&"YX-2"), "{codes:?}");

        let one = format!("{all}/{}", text(&tapestry["product"]));
        let off = json!({ "on_shelf": false });
        let _no = mei.http.send("PATCH", &one, &off).await.expect(403);
        assert_eq!(
            boss.http.send("PATCH", &one, &off).await.expect(200).json()["on_shelf"],
            json!(false)
        );
        let (kind, body) = multipart("file", "new.png", "image/png", &png());
        let put = format!("{one}/picture");
        let _no = mei
            .http
            .request("PUT", &put, Some((&kind, &body)))
            .await
            .expect(403);
        let now = boss
            .http
            .request("PUT", &put, Some((&kind, &body)))
            .await
            .expect(200)
            .json();
        assert_ne!(
            now["picture"],
            json!(picture),
            "the address changes with the picture"
        );
        let none = boss
            .http
            .send("DELETE", &put, &json!({}))
            .await
            .expect(200)
            .json();
        assert_eq!(none["picture"], Value::Null);
        let _gone = server.http().get(text(&now["picture"])).await.expect(404);
        let acts = trail(&boss, "goods.picture").await;
        assert_eq!(acts.len(), 2);
        assert_eq!(trail(&boss, "goods.off_shelf").await[0].1, "YX-1");
        assert_eq!(trail(&boss, "import.goods").await.len(), 3);
        server.stop().await;
    }
);
