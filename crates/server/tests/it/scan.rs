//! Signing in at a computer with a signed-in telephone (R-PHRASE-10), on both databases.

use serde_json::{Value, json};
use yingke_domain::access::Role;
use yingke_testkit::{Http, TestServer, both};

/// A picture that a computer shows.
async fn shown(computer: &Http) -> Value {
    computer
        .post("/api/v1/access/scan", &json!({}))
        .await
        .expect(201)
        .json()
}

async fn wait(computer: &Http, scan: &Value) -> yingke_testkit::Reply {
    let body = json!({ "token": scan["token"], "secret": scan["secret"] });
    computer.post("/api/v1/access/scan/wait", &body).await
}

async fn answer(phone: &Http, scan: &Value, number: Option<u64>) -> yingke_testkit::Reply {
    let body = json!({ "token": scan["token"], "number": number });
    phone.post("/api/v1/access/scan/answer", &body).await
}

both!(
    async fn r_phrase_10_a_telephone_lets_a_computer_in_once(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let mei = server.hire("小美", Role::Agent, None).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let computer = server
            .http()
            .with("user-agent", "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0");

        let scan = shown(&computer).await;
        let url = scan["url"].as_str().unwrap();
        assert!(
            url.ends_with(&format!("/scan#{}", scan["token"].as_str().unwrap())),
            "{url}"
        );
        assert!(scan["qr"].as_str().unwrap().contains("<svg"));
        assert_eq!(wait(&computer, &scan).await.expect(200).json()["state"], "open");
        // Whoever only saw the picture waits for nothing.
        let thief = json!({ "token": scan["token"], "secret": scan["token"] });
        assert_eq!(
            computer.post("/api/v1/access/scan/wait", &thief).await.status,
            404
        );

        let token = json!({ "token": scan["token"] });
        let asked = mei
            .http
            .post("/api/v1/access/scan/inspect", &token)
            .await
            .expect(200)
            .json();
        assert_eq!(asked["browser"], "Chrome · Windows");
        let numbers: Vec<u64> = asked["numbers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_u64().unwrap())
            .collect();
        let right = scan["number"].as_u64().unwrap();
        assert_eq!(numbers.len(), 3);
        assert!(numbers.contains(&right) && numbers.iter().all(|n| (10..=99).contains(n)));
        let mut apart = numbers.clone();
        apart.sort_unstable();
        apart.dedup();
        assert_eq!(apart.len(), 3);

        let _ = answer(&mei.http, &scan, Some(right)).await.expect(204);
        assert_eq!(answer(&mei.http, &scan, Some(right)).await.code(), "scan_gone");
        let done = wait(&computer, &scan).await.expect(200);
        let session = done.cookie("yk_session").unwrap();
        assert_eq!(
            (&done.json()["state"], &done.json()["me"]["name"]),
            (&json!("in"), &json!("小美"))
        );
        let inside = server.http().with("cookie", &session);
        assert_eq!(
            inside.get("/api/v1/access/me").await.expect(200).json()["name"],
            "小美"
        );
        assert_eq!(wait(&computer, &scan).await.code(), "scan_gone", "it serves once");

        let trail = owner
            .http
            .get("/api/v1/access/audit?limit=50")
            .await
            .expect(200)
            .json();
        let acts: Vec<&str> = trail["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["act"].as_str().unwrap())
            .collect();
        assert!(
            acts.contains(&"access.scan_granted") && acts.contains(&"access.scan_sign_in"),
            "{acts:?}"
        );
        server.stop().await;
    }
);

both!(
    async fn r_phrase_10_another_number_a_refusal_and_time_keep_it_out(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let mei = server.hire("小美", Role::Agent, None).await;
        let computer = server.http();

        let scan = shown(&computer).await;
        let wrong = if scan["number"] == 50 { 51 } else { 50 };
        assert_eq!(
            answer(&mei.http, &scan, Some(wrong)).await.expect(409).code(),
            "scan_number"
        );
        // Guessing goes no further: the picture is spent.
        assert_eq!(
            answer(&mei.http, &scan, scan["number"].as_u64()).await.code(),
            "scan_gone"
        );
        assert_eq!(
            wait(&computer, &scan).await.expect(200).json()["state"],
            "refused"
        );

        let scan = shown(&computer).await;
        let _ = answer(&mei.http, &scan, None).await.expect(204);
        assert_eq!(
            wait(&computer, &scan).await.expect(200).json()["state"],
            "refused"
        );

        let late = shown(&computer).await;
        bed.clock().advance_secs(121);
        assert_eq!(wait(&computer, &late).await.code(), "scan_gone");
        assert_eq!(
            answer(&mei.http, &late, late["number"].as_u64()).await.code(),
            "scan_gone"
        );

        // Nobody who is signed in nowhere may answer.
        let scan = shown(&computer).await;
        assert_eq!(
            answer(&computer, &scan, scan["number"].as_u64()).await.status,
            401
        );
        server.stop().await;
    }
);
