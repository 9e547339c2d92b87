//! The second factor, one's own sessions and the way back for an owner (R-TEAM-02), through the front door.

use crate::program::Folder;
use serde_json::{Value, json};
use yingke_domain::access::Role;
use yingke_kernel::PersonId;
use yingke_testkit::{Http, Reply, TestServer, both};

const PASSWORD: &str = "correct horse battery";

/// Somebody with login and password.
async fn with_password(server: &TestServer, name: &str, role: Role) -> PersonId {
    let staff = server.home.person(name, role, None, None).await;
    let owner = server.hire(&format!("owner of {name}"), Role::Owner, None).await;
    let link = owner
        .http
        .post(
            &format!("/api/v1/access/people/{}/link", staff.person),
            &json!({}),
        )
        .await
        .expect(200)
        .json();
    let token = link["link"].as_str().unwrap().split_once('#').unwrap().1;
    let form = json!({ "token": token, "password": PASSWORD });
    let _made = server.http().post("/api/v1/access/link", &form).await.expect(200);
    staff.person
}

async fn sign_in(server: &TestServer, name: &str, code: Option<&str>) -> Reply {
    let body = json!({ "login": format!("login-{name}"), "password": PASSWORD, "code": code });
    server.http().post("/api/v1/access/sign-in", &body).await
}

fn inside(server: &TestServer, reply: Reply) -> Http {
    server
        .http()
        .with("cookie", &reply.expect(200).cookie("yk_session").unwrap())
}

fn code_of(secret: &str, micros: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    totp.generate(u64::try_from(micros / 1_000_000).unwrap())
        .to_string()
}

async fn enrolled(http: &Http, now: i64) -> (String, Vec<String>) {
    let begun = http
        .post("/api/v1/access/me/totp", &json!({}))
        .await
        .expect(200)
        .json();
    assert!(
        begun["uri"].as_str().unwrap().starts_with("otpauth://totp/"),
        "{begun}"
    );
    assert!(begun["qr"].as_str().unwrap().contains("<svg"));
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let wrong = http
        .post("/api/v1/access/me/totp/confirm", &json!({ "code": "000000" }))
        .await;
    assert_eq!(wrong.expect(400).code(), "wrong_code");
    let body = json!({ "code": code_of(&secret, now) });
    let codes = http
        .post("/api/v1/access/me/totp/confirm", &body)
        .await
        .expect(200)
        .json();
    let codes = codes["codes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c.as_str().unwrap().to_owned())
        .collect();
    (secret, codes)
}

both!(
    async fn a_code_is_asked_for_and_is_good_once(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let person = with_password(&server, "小美", Role::Agent).await;
        let mei = inside(&server, sign_in(&server, "小美", None).await);
        let (secret, codes) = enrolled(&mei, server.home.house.now().micros()).await;
        assert_eq!(codes.len(), 10);
        assert_eq!(
            mei.post("/api/v1/access/me/totp", &json!({}))
                .await
                .expect(409)
                .code(),
            "totp_on"
        );

        assert_eq!(
            sign_in(&server, "小美", None).await.expect(401).code(),
            "code_needed"
        );
        assert_eq!(
            sign_in(&server, "小美", Some("123")).await.expect(401).code(),
            "wrong_code"
        );
        let used = code_of(&secret, server.home.house.now().micros());
        assert_eq!(
            sign_in(&server, "小美", Some(&used)).await.expect(401).code(),
            "wrong_code",
            "the code that confirmed the authenticator is used up"
        );
        bed.clock().advance_secs(30);
        let next = code_of(&secret, server.home.house.now().micros());
        let _in = inside(
            &server,
            sign_in(&server, "小美", Some(&format!("{} {}", &next[..3], &next[3..]))).await,
        );
        assert_eq!(
            sign_in(&server, "小美", Some(&next)).await.expect(401).code(),
            "wrong_code"
        );

        // A recovery code, once, as people type it.
        let typed = codes[0].to_lowercase().replace('-', " ");
        let _in = inside(&server, sign_in(&server, "小美", Some(&typed)).await);
        assert_eq!(
            sign_in(&server, "小美", Some(&typed)).await.expect(401).code(),
            "wrong_code"
        );
        let safe = mei.get("/api/v1/access/me/security").await.expect(200).json();
        assert_eq!(safe["recovery_left"], 9);
        assert!(safe["totp_since"].is_string());

        // A one-time link does not go round it, and is not burnt by a wrong code.
        let link = yingke_app::access::signin_link(&server.home.house, person)
            .await
            .unwrap();
        let token = link.split_once('#').unwrap().1.to_owned();
        let anybody = server.http();
        let by_link = |code: Option<String>| {
            let (anybody, body) = (anybody.clone(), json!({ "token": token, "code": code }));
            async move { anybody.post("/api/v1/access/link", &body).await }
        };
        assert_eq!(by_link(None).await.expect(401).code(), "code_needed");
        assert_eq!(
            by_link(Some("nonsense".to_owned())).await.expect(401).code(),
            "wrong_code"
        );
        let _in = by_link(Some(codes[1].clone())).await.expect(200);

        // Off needs the password; an owner can take it off for a lost phone.
        let off = "/api/v1/access/me/totp/off";
        assert_eq!(
            mei.post(off, &json!({ "password": "not this one" }))
                .await
                .expect(401)
                .code(),
            "wrong_password"
        );
        let owner = server.hire("东家", Role::Owner, None).await;
        let _reset = owner
            .http
            .send(
                "DELETE",
                &format!("/api/v1/access/people/{person}/totp"),
                &Value::Null,
            )
            .await
            .expect(204);
        let _in = inside(&server, sign_in(&server, "小美", None).await);
        server.stop().await;
    }
);

both!(
    async fn codes_are_guessed_in_vain(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let _person = with_password(&server, "小美", Role::Agent).await;
        let mei = inside(&server, sign_in(&server, "小美", None).await);
        let (secret, _) = enrolled(&mei, server.home.house.now().micros()).await;
        bed.clock().advance_secs(30);
        let mut statuses = Vec::new();
        for _ in 0..12 {
            statuses.push(sign_in(&server, "小美", Some("000000")).await.status);
        }
        assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
        let right = code_of(&secret, server.home.house.now().micros());
        assert_eq!(
            sign_in(&server, "小美", Some(&right)).await.status,
            429,
            "even the right one waits"
        );
        server.stop().await;
    }
);

both!(
    async fn sessions_are_seen_and_ended(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let _person = with_password(&server, "小美", Role::Agent).await;
        let here = inside(&server, sign_in(&server, "小美", None).await);
        let there = inside(&server, sign_in(&server, "小美", None).await);
        let list = here.get("/api/v1/access/me/security").await.expect(200).json();
        let sessions = list["sessions"].as_array().unwrap().clone();
        assert_eq!(sessions.len(), 3, "the link's, this one, that one: {list}");
        assert_eq!(sessions.iter().filter(|s| s["current"] == true).count(), 1);
        assert!(
            sessions[0]["address"].as_str().unwrap().ends_with(".*.*"),
            "{list}"
        );

        // Another password: this session stays, all others end at once.
        let path = "/api/v1/access/me/password";
        let short = json!({ "old": PASSWORD, "new": "short" });
        assert_eq!(here.post(path, &short).await.expect(400).code(), "password_short");
        let wrong = json!({ "old": "not the old one", "new": "another long sentence" });
        assert_eq!(here.post(path, &wrong).await.expect(401).code(), "wrong_password");
        let right = json!({ "old": PASSWORD, "new": "another long sentence" });
        let _changed = here.post(path, &right).await.expect(204);
        assert_eq!(there.get("/api/v1/access/me").await.status, 401);
        assert_eq!(here.get("/api/v1/access/me").await.status, 200);
        assert_eq!(
            sign_in(&server, "小美", None).await.expect(401).code(),
            "wrong_password"
        );

        // A supervisor ends what an agent left open, not what an owner did.
        let boss = server.hire("店长", Role::Supervisor, None).await;
        let owner = server.hire("东家", Role::Owner, None).await;
        let of = |who: &yingke_testkit::Desk| format!("/api/v1/access/people/{}/sessions", who.person);
        assert_eq!(boss.http.get(&of(&owner)).await.status, 403);
        let agent = server.hire("小丽", Role::Agent, None).await;
        let open = boss.http.get(&of(&agent)).await.expect(200).json();
        let path = format!("{}?session={}", of(&agent), open[0]["id"].as_str().unwrap());
        let mut socket = agent.socket().await;
        let _ended = boss.http.send("DELETE", &path, &Value::Null).await.expect(204);
        assert_eq!(socket.farewell().await.as_deref(), Some("signed_out"));
        assert_eq!(agent.http.get("/api/v1/access/me").await.status, 401);
        server.stop().await;
    }
);

both!(
    async fn an_account_is_freed_and_people_work_for_the_shops_they_are_given(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("东家", Role::Owner, None).await;
        let mei = server.hire("小美", Role::Agent, None).await;
        let path = format!("/api/v1/access/people/{}/accounts", mei.person);
        let _bound = owner
            .http
            .post(&path, &json!({ "channel": "taobao", "account": "店铺:小美" }))
            .await
            .expect(204);
        let me = |people: Value| {
            let all = people.as_array().unwrap().clone();
            all.into_iter().find(|p| p["name"] == "小美").unwrap()
        };
        let seen = me(owner.http.get("/api/v1/access/people").await.expect(200).json());
        assert_eq!(seen["accounts"][0]["name"], "店铺:小美");
        assert_eq!(seen["shops"], json!(["main"]));
        let account = seen["accounts"][0]["account"].as_str().unwrap();
        let free = format!("{path}?account={account}");
        let _freed = owner.http.send("DELETE", &free, &Value::Null).await.expect(204);
        assert_eq!(owner.http.send("DELETE", &free, &Value::Null).await.status, 404);
        let person = format!("/api/v1/access/people/{}", mei.person);
        assert_eq!(
            owner
                .http
                .send("PATCH", &person, &json!({ "shops": [] }))
                .await
                .expect(400)
                .code(),
            "bad_field"
        );
        assert_eq!(
            owner
                .http
                .send("PATCH", &person, &json!({ "shops": ["nowhere"] }))
                .await
                .status,
            404
        );
        let _graded = owner
            .http
            .send("PATCH", &person, &json!({ "grade": "senior", "shops": ["main"] }))
            .await
            .expect(204);
        let seen = me(owner.http.get("/api/v1/access/people").await.expect(200).json());
        assert_eq!(
            (&seen["grade"], &seen["accounts"]),
            (&json!("senior"), &json!([]))
        );
        server.stop().await;
    }
);

both!(
    async fn whoever_must_have_a_second_factor_sets_it_up_before_anything_else(bed: Bed) {
        let mut bed = bed;
        bed.change_policy(|policy| policy.access.require_totp = vec![Role::Agent]);
        let server = TestServer::start(&bed).await;
        let boss = server.hire("店长", Role::Supervisor, None).await;
        assert_eq!(boss.http.get("/api/v1/presence/people").await.status, 200);
        let mei = server.hire("小美", Role::Agent, None).await;
        let shut = mei.http.get("/api/v1/presence/people").await.expect(403);
        assert_eq!(shut.code(), "totp_required");
        assert_eq!(
            yingke_testkit::Socket::open(&mei.http, "/ws").await.err(),
            Some(403)
        );
        let _codes = enrolled(&mei.http, server.home.house.now().micros()).await;
        assert_eq!(mei.http.get("/api/v1/presence/people").await.status, 200);
        server.stop().await;
    }
);

both!(
    async fn an_owner_who_lost_everything_is_let_in_again(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let house = &server.home.house;
        let person = with_password(&server, "东家", Role::Owner).await;
        let owner = inside(&server, sign_in(&server, "东家", None).await);
        let _codes = enrolled(&owner, house.now().micros()).await;
        let several = yingke_app::access::recover_owner(house, None, false)
            .await
            .unwrap_err();
        assert_eq!(several.code, "owner_unknown");
        assert!(several.detail.contains("login-东家"), "{several:?}");
        let (login, link) = yingke_app::access::recover_owner(house, Some("login-东家"), true)
            .await
            .unwrap();
        assert_eq!(login, "login-东家");
        let form = json!({ "token": link.split_once('#').unwrap().1, "password": "a new long sentence" });
        let back = inside(&server, server.http().post("/api/v1/access/link", &form).await);
        assert_eq!(
            back.get("/api/v1/access/me").await.expect(200).json()["person"],
            person.to_string()
        );
        let trail = back
            .get("/api/v1/access/audit?act=access.recover_owner")
            .await
            .expect(200)
            .json();
        assert_eq!(trail["lines"].as_array().unwrap().len(), 1, "{trail}");
        assert_eq!(trail["lines"][0]["subject"], person.to_string());
        server.stop().await;
    }
);

#[test]
fn a_house_without_owners_has_none_to_recover() {
    for folder in [Some(Folder::new()), Folder::postgres()].into_iter().flatten() {
        folder.run(&["recover-owner"]).refused(&["yingke link"]);
    }
}
