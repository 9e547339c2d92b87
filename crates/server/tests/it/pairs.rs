//! A large order with somebody who begins, through the front door, on both databases (R-DESK-18): who is asked to look along, when, what
//! they may do, and what is on record.

use serde_json::{Value, json};
use std::io::Cursor;
use yingke_api::ws::protocol::{ClientFrame, PairRow, ServerFrame};
use yingke_app::intake::{GoodsImport, import_goods};
use yingke_domain::access::Role;
use yingke_testkit::{Bed, Desk, Guest, Socket, TestServer, both, eventually};

async fn grade(owner: &Desk, of: &Desk, grade: &str) {
    let path = format!("/api/v1/access/people/{}", of.person);
    let _put = owner
        .http
        .send("PATCH", &path, &json!({ "grade": grade }))
        .await
        .expect(204);
}

/// A buyer who looks at something dear and asks about it.
async fn dear(server: &TestServer) -> (Guest, Socket) {
    let guest = server.guest().await;
    let mut widget = guest.socket().await;
    widget
        .say(&ClientFrame::Page {
            title: "大画".to_owned(),
            address: format!("http://{}/shop", server.address),
            product: Some("YX-1".to_owned()),
        })
        .await;
    widget.send(None, "这幅多少钱").await;
    (guest, widget)
}

async fn told(socket: &mut Socket, what: &str, wanted: impl Fn(&PairRow, bool) -> bool) -> PairRow {
    socket
        .until(what, |frame| match frame {
            ServerFrame::Pair { pair, open } if wanted(pair, *open) => Some(pair.clone()),
            _ => None,
        })
        .await
}

async fn pairs(desk: &Desk) -> Vec<Value> {
    let list = desk.http.get("/api/v1/routing/pairs").await.expect(200).json();
    list.as_array().unwrap().clone()
}

async fn ready(bed: &mut Bed) -> TestServer {
    bed.change_policy(|policy| {
        policy.presence.lease_secs = 1_000_000;
        policy.presence.ask_secs = 0;
        policy.routing.large_order_fen = 100_000;
        policy.routing.grade_secs = 0;
        policy.routing.reassign_secs = 0;
    });
    let server = TestServer::start(bed).await;
    let table = "编号,标题,类目,价格,原价,库存,状态\nYX-1,大画,壁画,2680,,4,上架\n";
    let options = GoodsImport {
        shop: None,
        folder: None,
        dry_run: false,
    };
    let read = Cursor::new(table.as_bytes().to_vec());
    let done = import_goods(&server.home.house, "goods.csv", read, &options)
        .await
        .unwrap();
    assert_eq!(done.created, 1, "{:?}", done.refused);
    server
}

both!(
    async fn r_desk_18_whoever_begins_is_paired_and_whoever_comes_is_told_then(bed: Bed) {
        let mut bed = bed;
        let server = ready(&mut bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let (xin, mut desk) = server.agent("小新", None).await;
        grade(&owner, &xin, "junior").await;
        let (guest, _widget) = dear(&server).await;
        desk.given(&guest.thread, xin.person).await;
        // Nobody is there who could: the row says so.
        eventually("it needs somebody", async || {
            xin.row(&guest.thread).await["pair"] == json!(true)
        })
        .await;
        assert!(xin.row(&guest.thread).await["mate"].is_null());
        assert!(pairs(&xin).await.is_empty());

        // Somebody experienced comes: told then, with the one who begins.
        let lan = server.hire("小兰", Role::Agent, None).await;
        grade(&owner, &lan, "senior").await;
        let mut other = lan.socket().await;
        lan.set_state("online").await;
        let pair = told(&mut other, "asked to look along", |p, open| open && !p.seen).await;
        assert_eq!(
            (
                pair.thread.as_str(),
                pair.junior.name.as_str(),
                pair.partner.name.as_str()
            ),
            (guest.thread.as_str(), "小新", "小兰")
        );
        told(&mut desk, "who looks along", |p, open| {
            open && p.partner.name == "小兰"
        })
        .await;
        eventually("the row names them", async || {
            xin.row(&guest.thread).await["mate"]["name"] == json!("小兰")
        })
        .await;
        // A colleague who is not asked neither sees it nor answers it, nor takes what another holds.
        let hua = server.hire("小花", Role::Agent, None).await;
        assert!(pairs(&hua).await.is_empty());
        let seen = format!("/api/v1/routing/pairs/{}/seen", guest.thread);
        assert_eq!(hua.http.post(&seen, &json!({})).await.status, 404);
        assert_eq!(
            hua.act(&guest.thread, "take", &json!({})).await.code(),
            "held_by_other"
        );
        server.home.clock().advance_secs(1);
        // The partner opens it; whoever begins sees that. Again is nothing.
        let _seen = lan.http.post(&seen, &json!({})).await.expect(204);
        let _seen = lan.http.post(&seen, &json!({})).await.expect(204);
        told(&mut desk, "they look", |p, open| open && p.seen).await;
        assert_eq!(pairs(&lan).await[0]["seen"], json!(true));
        assert_eq!(pairs(&owner).await.len(), 1, "whoever leads sees them all");

        // They take it over: the need is gone.
        server.home.clock().advance_secs(1);
        let _taken = lan.act(&guest.thread, "take", &json!({})).await.expect(200);
        told(&mut desk, "over", |p, open| !open && p.thread == guest.thread).await;
        assert!(pairs(&lan).await.is_empty());
        assert!(lan.row(&guest.thread).await["pair"].is_null());
        let trail = owner
            .http
            .get("/api/v1/access/audit?act=routing.")
            .await
            .expect(200)
            .json();
        let acts: Vec<&str> = trail["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["act"].as_str().unwrap())
            .collect();
        assert_eq!(acts, ["routing.unpair", "routing.see_pair", "routing.pair"]);
        server.stop().await;
    }
);

both!(
    async fn r_desk_18_whoever_leads_is_asked_when_nobody_else_is_there(bed: Bed) {
        let mut bed = bed;
        let server = ready(&mut bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let (xin, mut desk) = server.agent("小新", None).await;
        grade(&owner, &xin, "junior").await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        boss.set_state("suspended").await;
        let (guest, _widget) = dear(&server).await;
        desk.given(&guest.thread, xin.person).await;
        let pair = told(&mut wall, "the supervisor is asked", |p, open| {
            open && p.thread == guest.thread
        })
        .await;
        assert_eq!(pair.partner.name, "主管");

        // They leave: nobody is asked; back again, they are asked again.
        server.home.clock().advance_secs(1);
        boss.set_state("offline").await;
        told(&mut desk, "nobody looks along", |_, open| !open).await;
        server.home.clock().advance_secs(1);
        boss.set_state("suspended").await;
        told(&mut wall, "asked again", |p, open| open && !p.seen).await;

        // What is over ends it.
        let _closed = xin.act(&guest.thread, "close", &json!({})).await.expect(200);
        eventually("what is closed needs nobody", async || {
            pairs(&boss).await.is_empty()
        })
        .await;
        // A small talk asks for nobody.
        let small = server.guest().await;
        let mut widget = small.socket().await;
        widget.send(None, "在吗").await;
        desk.given(&small.thread, xin.person).await;
        assert!(xin.row(&small.thread).await["pair"].is_null());
        server.stop().await;
    }
);
