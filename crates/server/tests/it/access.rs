//! Who may do what, through the doors as a browser finds them.

use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use yingke_api::ws::protocol::{ClientFrame, MessageKind, ServerFrame};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Http, Options, Reply, Socket, TestServer, both, multipart};

/// Whose request it is: owner, supervisor, agent, guest, nobody.
const CALLERS: [&str; 5] = ["owner", "supervisor", "agent", "guest", "nobody"];

/// What stands in the addresses of the table, fresh for each request.
struct Scene {
    http: Http,
    thread: String,
    person: String,
    file: String,
}

type Body = fn(&Scene) -> Option<Value>;

/// Operation, body, and the status for each caller. Everybody of the house works for the only shop.
#[rustfmt::skip]
const TABLE: &[(&str, &str, Body, [u16; 5])] = &[
    ("post", "/api/v1/access/link/inspect", |_| Some(json!({ "token": "x" })), [404, 404, 404, 404, 404]),
    ("post", "/api/v1/access/link", |_| Some(json!({ "token": "x" })), [404, 404, 404, 404, 404]),
    ("post", "/api/v1/access/sign-in", |_| Some(json!({ "login": "x", "password": "wrong password" })), [401, 401, 401, 401, 401]),
    ("post", "/api/v1/access/scan", |_| Some(json!({})), [201, 201, 201, 201, 201]),
    ("post", "/api/v1/access/scan/wait", |_| Some(json!({ "token": "x", "secret": "x" })), [404, 404, 404, 404, 404]),
    ("post", "/api/v1/access/scan/inspect", |_| Some(json!({ "token": "x" })), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/access/scan/answer", |_| Some(json!({ "token": "x", "number": 12 })), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/access/sign-out", |_| Some(json!({})), [204, 204, 204, 401, 401]),
    ("get", "/api/v1/access/me", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/access/people", |_| None, [200, 200, 403, 401, 401]),
    ("post", "/api/v1/access/people", |s| Some(json!({ "name": "新人", "login": s.thread, "role": "agent" })), [201, 201, 403, 401, 401]),
    ("post", "/api/v1/access/people", |s| Some(json!({ "name": "新人", "login": s.thread, "role": "supervisor" })), [201, 403, 403, 401, 401]),
    ("post", "/api/v1/access/people", |s| Some(json!({ "name": "新人", "login": s.thread, "role": "owner" })), [201, 403, 403, 401, 401]),
    ("patch", "/api/v1/access/people/{person}", |_| Some(json!({ "name": "改名" })), [204, 204, 403, 401, 401]),
    ("patch", "/api/v1/access/people/{person}", |_| Some(json!({ "role": "supervisor" })), [204, 403, 403, 401, 401]),
    ("post", "/api/v1/access/people/{person}/link", |_| Some(json!({})), [200, 200, 403, 401, 401]),
    ("post", "/api/v1/access/people/{person}/accounts", |_| Some(json!({ "channel": "taobao", "account": "店铺:新" })), [204, 204, 403, 401, 401]),
    ("delete", "/api/v1/access/people/{person}/accounts", |_| Some(Value::Null), [404, 404, 403, 401, 401]),
    ("get", "/api/v1/access/people/{person}/sessions", |_| None, [200, 200, 403, 401, 401]),
    ("delete", "/api/v1/access/people/{person}/sessions", |_| Some(Value::Null), [204, 204, 403, 401, 401]),
    ("delete", "/api/v1/access/people/{person}/totp", |_| Some(Value::Null), [204, 403, 403, 401, 401]),
    ("get", "/api/v1/access/me/security", |_| None, [200, 200, 200, 401, 401]),
    ("delete", "/api/v1/access/me/sessions", |_| Some(Value::Null), [204, 204, 204, 401, 401]),
    ("post", "/api/v1/access/me/password", |_| Some(json!({ "old": "x", "new": "y" })), [401, 401, 401, 401, 401]),
    ("post", "/api/v1/access/me/totp", |_| Some(json!({})), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/access/me/totp/confirm", |_| Some(json!({ "code": "000000" })), [400, 400, 400, 401, 401]),
    ("post", "/api/v1/access/me/totp/off", |_| Some(json!({ "password": "x" })), [401, 401, 401, 401, 401]),
    ("post", "/api/v1/access/me/recovery-codes", |_| Some(json!({ "password": "x" })), [401, 401, 401, 401, 401]),
    ("get", "/api/v1/access/audit", |_| None, [200, 200, 403, 401, 401]),
    ("post", "/api/v1/access/audit/export", |_| Some(json!({ "lines": 3 })), [204, 204, 403, 401, 401]),
    ("get", "/api/v1/conversation/threads", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/conversation/threads/{thread}", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/conversation/threads/{thread}/entries", |_| None, [200, 200, 200, 404, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/take", |_| Some(json!({})), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/transfer", |_| Some(json!({ "to": null, "note": "" })), [409, 409, 409, 401, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/waive", |_| Some(json!({})), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/close", |_| Some(json!({})), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/recall", |_| Some(json!({ "seq": 2 })), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/conversation/files", |_| None, [201, 201, 201, 201, 401]),
    ("get", "/api/v1/conversation/mentions", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/conversation/mentions/seen", |s| Some(json!({ "thread": s.thread })), [204, 204, 204, 401, 401]),
    ("get", "/api/v1/conversation/threads/{thread}/offers", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/note", |_| Some(json!({ "text": "留意", "mentions": [] })), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/stage", |_| Some(json!({ "stage": "payment" })), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/unread", |_| Some(json!({})), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/ask-rating", |_| Some(json!({})), [409, 409, 409, 401, 401]),
    ("post", "/api/v1/conversation/threads/{thread}/reopen", |_| Some(json!({})), [409, 409, 409, 401, 401]),
    ("get", "/api/v1/presence/handovers", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/presence/handovers/{handover}/seen", |_| Some(json!({})), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/presence/hand-over", |_| Some(json!({ "note": "", "to_line": null })), [200, 200, 200, 401, 401]),
    ("get", "/api/v1/buyer/tags", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/buyer/{buyer}", |_| None, [404, 404, 404, 401, 401]),
    ("patch", "/api/v1/buyer/{buyer}", |_| Some(json!({ "remark": "" })), [404, 404, 404, 401, 401]),
    ("get", "/api/v1/buyer/{buyer}/orders", |_| None, [404, 404, 404, 401, 401]),
    ("get", "/api/v1/buyer/{buyer}/conversations", |_| None, [404, 404, 404, 401, 401]),
    ("get", "/api/v1/buyer/{buyer}/export", |_| None, [404, 403, 403, 401, 401]),
    ("post", "/api/v1/buyer/{buyer}/erase", |_| Some(json!({ "confirm": "x" })), [404, 403, 403, 401, 401]),
    ("post", "/api/v1/buyer/{buyer}/reveal", |_| Some(json!({ "what": "phone" })), [404, 404, 404, 401, 401]),
    ("put", "/api/v1/buyer/{buyer}/tags/{tag}", |_| Some(json!({})), [404, 404, 404, 401, 401]),
    ("delete", "/api/v1/buyer/{buyer}/tags/{tag}", |_| Some(Value::Null), [404, 404, 404, 401, 401]),
    ("get", "/api/v1/goods/categories", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/goods/products", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/goods/products/{product}", |_| None, [404, 404, 404, 401, 401]),
    ("patch", "/api/v1/goods/products/{product}", |_| Some(json!({ "on_shelf": true })), [404, 404, 403, 401, 401]),
    ("put", "/api/v1/goods/products/{product}/picture", |_| Some(json!({})), [400, 400, 400, 401, 401]),
    ("delete", "/api/v1/goods/products/{product}/picture", |_| Some(Value::Null), [404, 404, 403, 401, 401]),
    ("get", "/api/v1/goods/shelf", |_| None, [200, 200, 200, 200, 200]),
    ("get", "/goods/{product}/picture", |_| None, [404, 404, 404, 404, 404]),
    ("get", "/api/v1/order/orders", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/order/orders/{order}", |_| None, [404, 404, 404, 401, 401]),
    ("post", "/api/v1/order/orders/{order}/reveal", |_| Some(json!({ "what": "phone" })), [404, 404, 404, 401, 401]),
    ("get", "/api/v1/search", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/widget/orders", |_| None, [401, 401, 401, 200, 401]),
    ("get", "/files/{file}", |_| None, [404, 404, 404, 404, 404]),
    ("post", "/api/v1/presence/state", |_| Some(json!({ "state": "suspended" })), [200, 200, 200, 401, 401]),
    ("get", "/api/v1/presence/people", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/routing/lines", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/routing/pairs", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/routing/pairs/{thread}/seen", |_| Some(json!({})), [404, 404, 404, 401, 401]),
    ("put", "/api/v1/routing/seats/{person}", |_| Some(json!({ "shop": "main", "seats": [] })), [204, 204, 403, 401, 401]),
    ("get", "/api/v1/metric/performance", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/metric/turns", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/metric/sheet", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/metric/export", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/shop/shops", |_| None, [200, 200, 403, 401, 401]),
    ("post", "/api/v1/shop/shops", |s| Some(json!({ "code": format!("s-{}", &s.thread[28..]), "name": "新店" })), [201, 403, 403, 401, 401]),
    ("get", "/api/v1/shop/shops/{code}", |_| None, [200, 200, 403, 401, 401]),
    ("patch", "/api/v1/shop/shops/{code}", |_| Some(json!({ "version": "old" })), [409, 409, 403, 401, 401]),
    ("post", "/api/v1/shop/shops/{code}/key", |_| Some(json!({})), [200, 403, 403, 401, 401]),
    ("post", "/api/v1/shop/shops/{code}/key/rotate", |_| Some(json!({})), [200, 403, 403, 401, 401]),
    ("get", "/api/v1/shop/shops/{code}/members", |_| None, [200, 403, 403, 401, 401]),
    ("put", "/api/v1/shop/shops/{code}/members/{person}", |_| Some(json!({ "works": true })), [204, 403, 403, 401, 401]),
    ("get", "/api/v1/shop/{code}/open-now", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/shop/calendar", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/policy", |_| None, [200, 200, 403, 401, 401]),
    ("post", "/api/v1/policy/preview", |_| Some(json!({ "changes": {} })), [200, 200, 403, 401, 401]),
    ("post", "/api/v1/policy/versions", |_| Some(json!({ "effective": "2026-10-03", "changes": { "metric.max_wait": 900 } })), [409, 403, 403, 401, 401]),
    ("delete", "/api/v1/policy/versions/{policy}", |_| Some(json!({})), [404, 403, 403, 401, 401]),
    ("get", "/api/v1/bargain/threads/{thread}", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/bargain/threads/{thread}/concede", |_| Some(json!({ "total_fen": 10_000, "price_fen": 9_950, "form": "price", "reason": "x" })), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/bargain/threads/{thread}/ask", |_| Some(json!({ "total_fen": 10_000, "price_fen": 5_000, "reason": "x" })), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/bargain/threads/{thread}/step", |_| Some(json!({ "step": "lowest" })), [200, 200, 200, 401, 401]),
    ("get", "/api/v1/bargain/requests", |_| None, [200, 200, 403, 401, 401]),
    ("delete", "/api/v1/bargain/requests/{request}", |_| Some(Value::Null), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/bargain/requests/{request}/answer", |_| Some(json!({ "decision": "grant" })), [404, 404, 403, 401, 401]),
    ("post", "/api/v1/bargain/requests/{request}/take", |_| Some(json!({ "form": "price" })), [404, 404, 404, 401, 401]),
    ("get", "/api/v1/bargain/report", |_| None, [200, 200, 403, 401, 401]),
    ("get", "/api/v1/bargain/export", |_| None, [200, 200, 403, 401, 401]),
    ("get", "/api/v1/worklog/entries", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/worklog/entries", |_| Some(json!({ "shop": "main", "problem": "尺码表缺了", "state": "open" })), [201, 201, 201, 401, 401]),
    ("get", "/api/v1/worklog/entries/{entry}", |_| None, [404, 404, 404, 401, 401]),
    ("patch", "/api/v1/worklog/entries/{entry}", |_| Some(json!({ "rev": 1, "problem": "x", "state": "open" })), [404, 404, 404, 401, 401]),
    ("get", "/api/v1/worklog/tags", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/worklog/export", |_| None, [200, 200, 403, 401, 401]),
    ("get", "/api/v1/duty/list", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/duty/lines", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/duty/summary", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/duty/days", |_| None, [200, 200, 403, 401, 401]),
    ("get", "/api/v1/duty/own", |_| None, [200, 200, 200, 401, 401]),
    ("put", "/api/v1/duty/own", |_| Some(json!({ "shop": "main", "list": "opening", "lines": [] })), [200, 200, 403, 401, 401]),
    ("post", "/api/v1/duty/tick", |s| Some(json!({ "shop": "main", "list": "opening", "group": "own", "of": s.file, "outcome": "done" })), [409, 409, 409, 401, 401]),
    ("post", "/api/v1/duty/group", |_| Some(json!({ "shop": "main", "list": "opening", "group": "unpaid", "outcome": "done" })), [200, 200, 200, 401, 401]),
    ("post", "/api/v1/duty/found", |_| Some(json!({ "shop": "main", "number": "8001", "reported_to": "x" })), [200, 200, 200, 401, 401]),
    ("delete", "/api/v1/duty/ticks/{tick}", |_| Some(Value::Null), [404, 404, 404, 401, 401]),
    ("get", "/api/v1/abuse/threads/{thread}", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/abuse/threads/{thread}/marks", |_| Some(json!({ "sort": "harassing" })), [200, 200, 200, 401, 401]),
    ("get", "/api/v1/abuse/marks", |_| None, [200, 200, 403, 401, 401]),
    ("post", "/api/v1/abuse/marks/{mark}/decide", |_| Some(json!({ "decision": "confirm" })), [404, 404, 403, 401, 401]),
    ("post", "/api/v1/abuse/threads/{thread}/block", |_| Some(json!({ "reason": "x" })), [200, 200, 403, 401, 401]),
    ("get", "/api/v1/abuse/blocks", |_| None, [200, 200, 403, 401, 401]),
    ("post", "/api/v1/abuse/blocks/{block}/lift", |_| Some(json!({})), [404, 404, 403, 401, 401]),
    ("post", "/api/v1/abuse/threads/{thread}/reports", |_| Some(json!({ "place": "平台" })), [200, 200, 403, 401, 401]),
    ("get", "/api/v1/abuse/reports", |_| None, [200, 200, 403, 401, 401]),
    ("put", "/api/v1/abuse/reports/{report}", |_| Some(json!({ "place": "平台" })), [404, 404, 403, 401, 401]),
    ("get", "/api/v1/abuse/threads/{thread}/evidence", |_| None, [409, 409, 403, 401, 401]),
    ("get", "/api/v1/call/calls", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/call/calls", |s| Some(json!({ "thread": s.thread, "direction": "out", "outcome": "no_answer" })), [200, 200, 200, 401, 401]),
    ("put", "/api/v1/call/calls/{call}", |_| Some(json!({ "direction": "out", "outcome": "no_answer" })), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/call/calls/{call}/confirm", |_| Some(json!({ "seq": 1 })), [404, 404, 404, 401, 401]),
    ("get", "/api/v1/call/open", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/call/threads/{thread}", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/call/export", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/guard/read", |s| Some(json!({ "thread": s.thread, "text": "在的" })), [200, 200, 200, 401, 401]),
    ("get", "/api/v1/guard/words", |_| None, [200, 200, 403, 401, 401]),
    ("put", "/api/v1/guard/words", |_| Some(json!({ "words": [{ "word": "x", "severity": "hint" }] })), [204, 204, 403, 401, 401]),
    ("post", "/api/v1/guard/words/remove", |_| Some(json!({ "words": ["x"] })), [204, 204, 403, 401, 401]),
    ("get", "/api/v1/guard/words/export", |_| None, [200, 200, 403, 401, 401]),
    ("post", "/api/v1/guard/words/import", |_| Some(json!({})), [400, 400, 400, 401, 401]),
    ("get", "/api/v1/escalation/escalations", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/incident/incidents", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/incident/incidents/{incident}", |_| None, [404, 404, 404, 401, 401]),
    ("post", "/api/v1/incident/decide", |s| Some(json!({ "incidents": [s.file], "decision": "confirm" })), [404, 404, 403, 401, 401]),
    ("get", "/api/v1/goal/goals", |_| None, [200, 200, 403, 401, 401]),
    ("put", "/api/v1/goal/goals", |_| Some(json!({ "shop": "main", "scope": "every", "goals": [] })), [200, 200, 403, 401, 401]),
    ("get", "/api/v1/goal/today", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/notice/notices", |_| None, [200, 200, 200, 401, 401]),
    ("post", "/api/v1/notice/notices", |_| Some(json!({ "shop": "main", "kind": "rule", "audience": "shop", "title": "x" })), [201, 201, 403, 401, 401]),
    ("get", "/api/v1/notice/notices/{notice}", |_| None, [404, 404, 404, 401, 401]),
    ("put", "/api/v1/notice/notices/{notice}", |_| Some(json!({ "revision": 1, "title": "x" })), [404, 404, 403, 401, 401]),
    ("delete", "/api/v1/notice/notices/{notice}", |_| Some(Value::Null), [404, 404, 403, 401, 401]),
    ("post", "/api/v1/notice/notices/{notice}/confirm", |_| Some(json!({ "revision": 1 })), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/notice/notices/{notice}/remind", |_| Some(json!({})), [404, 404, 403, 401, 401]),
    ("post", "/api/v1/incident/incidents/{incident}/appeal", |_| Some(json!({ "words": "x" })), [404, 404, 404, 401, 401]),
    ("get", "/api/v1/suggest/threads/{thread}", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/phrase/phrases", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/phrase/search", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/phrase/sets", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/phrase/facts", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/phrase/removed", |_| None, [200, 200, 403, 401, 401]),
    ("get", "/api/v1/phrase/figures", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/phrase/export", |_| None, [200, 200, 200, 401, 401]),
    ("get", "/api/v1/phrase/phrases/{phrase}/uses", |_| None, [404, 404, 404, 401, 401]),
    ("get", "/api/v1/phrase/pictures/{file}", |_| None, [404, 404, 404, 401, 401]),
    ("post", "/api/v1/phrase/phrases", |s| Some(json!({ "shop": "main", "set": "team", "code": &s.thread[30..], "text": "x" })), [201, 201, 403, 401, 401]),
    ("patch", "/api/v1/phrase/phrases/{phrase}", |_| Some(json!({ "rev": 1, "text": "x" })), [404, 404, 404, 401, 401]),
    ("delete", "/api/v1/phrase/phrases/{phrase}", |_| Some(Value::Null), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/phrase/phrases/{phrase}/use", |s| Some(json!({ "thread": s.thread, "seq": 1 })), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/phrase/remove", |s| Some(json!({ "phrases": [s.file] })), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/phrase/restore", |s| Some(json!({ "phrases": [s.file] })), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/phrase/move", |s| Some(json!({ "phrases": [s.file], "group": "a" })), [404, 404, 404, 401, 401]),
    ("post", "/api/v1/phrase/groups/rename", |_| Some(json!({ "shop": "main", "set": "team", "from": "a", "to": "b" })), [404, 404, 403, 401, 401]),
    ("post", "/api/v1/phrase/stock", |_| Some(json!({ "shop": "main" })), [200, 200, 403, 401, 401]),
    ("post", "/api/v1/phrase/import", |_| Some(json!({})), [400, 400, 400, 401, 401]),
    ("post", "/api/v1/widget/hello", |_| Some(json!({ "shop": "main" })), [200, 200, 200, 200, 200]),
];

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn upload(http: &Http, kind: &str, bytes: &[u8]) -> Reply {
    let (kind, body) = multipart("file", "picture.png", kind, bytes);
    http.request("POST", "/api/v1/conversation/files", Some((&kind, &body)))
        .await
}

async fn asked(scene: &Scene, method: &str, template: &str, body: Body) -> Reply {
    let mut path = template
        .replace("{thread}", &scene.thread)
        .replace("{person}", &scene.person)
        .replace("{file}", &scene.file)
        .replace("{code}", "main")
        .replace("{policy}", "01990000-0000-7000-8000-000000000009")
        .replace("{tag}", "vip");
    // Nobody and nothing of that name: what is asked is who may ask.
    for name in [
        "{buyer}",
        "{product}",
        "{order}",
        "{handover}",
        "{request}",
        "{incident}",
        "{notice}",
        "{mark}",
        "{report}",
        "{call}",
        "{block}",
        "{phrase}",
        "{tick}",
        "{entry}",
    ] {
        path = path.replace(name, "01990000-0000-7000-8000-00000000000b");
    }
    if template == "/api/v1/phrase/facts" {
        path.push_str(&format!("?thread={}", scene.thread));
    }
    path.push_str(match template {
        "/api/v1/access/people/{person}/accounts" if method == "delete" => {
            "?account=01990000-0000-7000-8000-00000000000a"
        }
        "/api/v1/search" => "?q=%E5%9C%A8%E5%90%97",
        "/api/v1/goods/shelf" | "/api/v1/routing/lines" | "/api/v1/goal/goals" | "/api/v1/goal/today" => {
            "?shop=main"
        }
        "/api/v1/metric/performance" | "/api/v1/metric/sheet" | "/api/v1/metric/export" => {
            "?from=2026-10-03&to=2026-10-03"
        }
        "/api/v1/metric/turns" => "?from=2026-10-03&to=2026-10-03&figure=turn_times",
        "/api/v1/bargain/report"
        | "/api/v1/bargain/export"
        | "/api/v1/incident/incidents"
        | "/api/v1/escalation/escalations"
        | "/api/v1/call/calls"
        | "/api/v1/call/export"
            if method == "get" =>
        {
            "?from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z"
        }
        "/api/v1/phrase/figures" | "/api/v1/phrase/phrases/{phrase}/uses" => "?from=2026-10-01&to=2026-10-03",
        "/api/v1/duty/list" | "/api/v1/duty/own" if method == "get" => "?shop=main&list=opening",
        "/api/v1/duty/lines" => "?shop=main&list=opening&group=unpaid",
        "/api/v1/duty/days" => "?from=2026-10-01&to=2026-10-03",
        "/api/v1/phrase/removed" => "?set=team",
        "/api/v1/phrase/export" => "?set=team&as=csv",
        "/files/{file}" => "?v=01990000-0000-7000-8000-000000000001&e=1890000000&s=AAAAAAAAAAAAAAAAAAAAAA",
        _ => "",
    });
    if template == "/api/v1/conversation/files" {
        return upload(&scene.http, "image/png", &png(3, 2)).await;
    }
    match body(scene) {
        None => scene.http.get(&path).await,
        Some(body) => scene.http.send(&method.to_uppercase(), &path, &body).await,
    }
}

both!(
    async fn every_operation_for_every_caller(bed: Bed) {
        let server = TestServer::start(&bed).await;
        // An operation without a line in the table has no say about who may use it.
        let document = server.http().get("/api/openapi.json").await.expect(200).json();
        let mut described = BTreeSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            described.extend(
                operations
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(|method| (method.clone(), path.clone())),
            );
        }
        let tabled: BTreeSet<(String, String)> = TABLE
            .iter()
            .map(|(method, path, _, _)| ((*method).to_owned(), (*path).to_owned()))
            .collect();
        assert_eq!(
            tabled, described,
            "the table (left) and openapi.json (right) name the same operations"
        );

        let mut people = BTreeMap::new();
        for (name, role) in [
            ("owner", Role::Owner),
            ("supervisor", Role::Supervisor),
            ("agent", Role::Agent),
        ] {
            people.insert(name, server.home.person(name, role, None, None).await.person);
        }
        let _second_owner = server.home.person("owner two", Role::Owner, None, None).await;
        let mut wrong = Vec::new();
        for (line, (method, path, body, expected)) in TABLE.iter().enumerate() {
            for (caller, expected) in CALLERS.iter().zip(expected) {
                let buyer = server.guest().await;
                buyer.socket().await.send(None, "在吗").await;
                let http = match *caller {
                    "guest" => server.guest().await.http,
                    "nobody" => server.http(),
                    name => server.sign_in(people[name], name).await.http,
                };
                let person = server
                    .home
                    .person(&format!("{caller}{line}"), Role::Agent, None, None)
                    .await
                    .person;
                let file = "01990000-0000-7000-8000-00000000000f".to_owned();
                let scene = Scene {
                    http,
                    thread: buyer.thread,
                    person: person.to_string(),
                    file,
                };
                let reply = asked(&scene, method, path, *body).await;
                if reply.status != *expected {
                    wrong.push(format!("{caller}: {method} {path}: not {expected}: {reply}"));
                    continue;
                }
                if reply.status >= 400 {
                    assert_eq!(
                        reply.header("content-type"),
                        Some("application/problem+json"),
                        "{method} {path}"
                    );
                    let problem = reply.json();
                    assert_eq!(problem["status"], json!(expected));
                    assert!(
                        problem["detail"].as_str().is_some_and(|d| d.len() > 8),
                        "{problem}"
                    );
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        server.stop().await;
    }
);

async fn desks(server: &TestServer) -> (Desk, Desk, Desk) {
    let boss = server.hire("店长", Role::Supervisor, None).await;
    let (mei, li) = (
        server.hire("小美", Role::Agent, None).await,
        server.hire("小丽", Role::Agent, None).await,
    );
    (boss, mei, li)
}

both!(
    async fn a_colleagues_conversation_is_theirs_unless_one_may_take_over(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (boss, mei, li) = desks(&server).await;
        for desk in [&boss, &mei, &li] {
            desk.set_state("suspended").await;
        }
        let buyer = server.guest().await;
        buyer.socket().await.send(None, "在吗").await;
        let nothing = json!({});
        let _taken = mei.act(&buyer.thread, "take", &nothing).await.expect(200);
        for what in ["take", "waive", "close"] {
            assert_eq!(
                li.act(&buyer.thread, what, &nothing).await.expect(409).code(),
                "held_by_other",
                "{what}"
            );
        }
        let back = json!({ "to": null, "note": "" });
        assert_eq!(
            li.act(&buyer.thread, "transfer", &back).await.expect(409).code(),
            "held_by_other"
        );
        let live = boss.act(&buyer.thread, "take", &nothing).await.expect(200).json();
        assert_eq!(live["holder_name"], "店长");
        // One's own figures only, without the right to see everybody's.
        let path = "/api/v1/metric/performance?from=2026-10-03&to=2026-10-03&by=agent";
        let own = mei.http.get(path).await.expect(200).json();
        assert!(
            own.as_array().unwrap().iter().all(|row| row["agent"] == "小美"),
            "{own}"
        );
        let all = boss.http.get(path).await.expect(200).json();
        assert!(
            all.as_array().unwrap().iter().any(|row| row["agent"] == "店长"),
            "{all}"
        );
        let turns = "/api/v1/metric/turns?from=2026-10-03&to=2026-10-03&figure=turn_times&agent=店长";
        let turns = turns.replace("店长", "%E5%BA%97%E9%95%BF");
        assert_eq!(mei.http.get(&turns).await.expect(200).json()["turns"], json!([]));
        server.stop().await;
    }
);

both!(
    async fn a_link_works_once_and_a_previewer_burns_none(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let anybody = server.http();
        let person = server.home.person("小美", Role::Agent, None, None).await.person;
        let link = yingke_app::access::signin_link(&server.home.house, person)
            .await
            .unwrap();
        let (page, token) = link.split_once('#').unwrap();
        assert!(page.ends_with("/in"), "{link}");
        let token = json!({ "token": token });
        for path in ["/in", "/api/v1/access/link", "/api/v1/access/link/inspect"] {
            let looked = anybody.get(path).await;
            assert!(looked.cookie("yk_session").is_none(), "a look signs nobody in");
        }
        for _ in 0..2 {
            let info = anybody
                .post("/api/v1/access/link/inspect", &token)
                .await
                .expect(200)
                .json();
            assert_eq!(
                (&info["purpose"], &info["name"]),
                (&json!("signin"), &json!("小美"))
            );
        }
        let used = anybody.post("/api/v1/access/link", &token).await.expect(200);
        assert_eq!(used.json()["name"], "小美");
        for path in ["/api/v1/access/link", "/api/v1/access/link/inspect"] {
            assert_eq!(anybody.post(path, &token).await.expect(409).code(), "link_used");
        }
        let late = yingke_app::access::signin_link(&server.home.house, person)
            .await
            .unwrap();
        let late = json!({ "token": late.split_once('#').unwrap().1 });
        bed.clock().advance_secs(600);
        for path in ["/api/v1/access/link", "/api/v1/access/link/inspect"] {
            assert_eq!(anybody.post(path, &late).await.expect(409).code(), "link_expired");
        }
        // Two at once: one is in.
        let once = yingke_app::access::signin_link(&server.home.house, person)
            .await
            .unwrap();
        let once = json!({ "token": once.split_once('#').unwrap().1 });
        let (a, b) = tokio::join!(
            anybody.post("/api/v1/access/link", &once),
            anybody.post("/api/v1/access/link", &once)
        );
        let mut both = [a.status, b.status];
        both.sort_unstable();
        assert_eq!(both, [200, 409]);
        server.stop().await;
    }
);

both!(
    async fn an_owner_begins_the_house_and_a_password_is_guessed_in_vain(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let anybody = server.http();
        let link = yingke_app::access::owner_link(&server.home.house)
            .await
            .unwrap()
            .unwrap();
        let token = link.split_once('#').unwrap().1;
        let form =
            |password: &str| json!({ "token": token, "login": "boss", "name": "东家", "password": password });
        assert_eq!(
            anybody
                .post("/api/v1/access/link", &form("short"))
                .await
                .expect(400)
                .code(),
            "password_short"
        );
        let easy = anybody.post("/api/v1/access/link", &form("1234567890")).await;
        assert_eq!(easy.expect(400).code(), "password_common");
        let blank =
            json!({ "token": token, "login": "老 板", "name": "东家", "password": "a sentence is good" });
        let blank = anybody.post("/api/v1/access/link", &blank).await;
        assert_eq!(blank.expect(400).code(), "login_blanks");
        let made = anybody
            .post("/api/v1/access/link", &form("a sentence is good"))
            .await
            .expect(200);
        assert_eq!(
            (&made.json()["role"], &made.json()["login"]),
            (&json!("owner"), &json!("boss"))
        );
        assert!(
            yingke_app::access::owner_link(&server.home.house)
                .await
                .unwrap()
                .is_none(),
            "there is one owner by link"
        );
        let owner = anybody.with("cookie", &made.cookie("yk_session").unwrap());
        // An invitation, and the password that comes of it.
        let body = json!({ "name": "小美", "login": "mei", "role": "agent", "capacity": 3 });
        let invited = owner
            .post("/api/v1/access/people", &body)
            .await
            .expect(201)
            .json();
        let taken = owner.post("/api/v1/access/people", &body).await.expect(409);
        assert_eq!(taken.code(), "login_taken");
        let token = invited["link"]
            .as_str()
            .unwrap()
            .split_once('#')
            .unwrap()
            .1
            .to_owned();
        let form = json!({ "token": token, "name": "小美", "password": "correct horse battery" });
        let _in = anybody.post("/api/v1/access/link", &form).await.expect(200);
        let sign_in = |login: &str, password: &str| {
            let (anybody, body) = (anybody.clone(), json!({ "login": login, "password": password }));
            async move { anybody.post("/api/v1/access/sign-in", &body).await }
        };
        let me = sign_in("mei", "correct horse battery").await.expect(200).json();
        assert_eq!((&me["role"], &me["capacity"]), (&json!("agent"), &json!(3)));
        for login in ["mei", "nobody-of-this-name"] {
            for _ in 0..8 {
                assert_eq!(
                    sign_in(login, "wrong password").await.expect(401).code(),
                    "wrong_password"
                );
            }
            assert_eq!(
                sign_in(login, "wrong password").await.expect(429).code(),
                "too_many"
            );
        }
        assert_eq!(
            sign_in("mei", "correct horse battery").await.status,
            429,
            "also the right one must wait"
        );
        bed.clock().advance_secs(61);
        let _in = sign_in("mei", "correct horse battery").await.expect(200);
        // Whoever is not there any more comes in by no door.
        let path = format!("/api/v1/access/people/{}", invited["person"].as_str().unwrap());
        let changed = owner.send("PATCH", &path, &json!({ "active": false })).await;
        assert_eq!(changed.status, 204);
        assert_eq!(sign_in("mei", "correct horse battery").await.status, 401);
        // The last owner stays.
        let me = owner.get("/api/v1/access/me").await.expect(200).json();
        let path = format!("/api/v1/access/people/{}", me["person"].as_str().unwrap());
        for change in [json!({ "active": false }), json!({ "role": "agent" })] {
            assert_eq!(
                owner.send("PATCH", &path, &change).await.expect(409).code(),
                "last_owner"
            );
        }
        server.stop().await;
    }
);

both!(
    async fn one_address_cannot_try_for_ever(bed: Bed) {
        let server = TestServer::with(
            &bed,
            Options {
                flood_limits: true,
                ..Options::default()
            },
        )
        .await;
        let anybody = server.http();
        let mut last = 0;
        for n in 0..70 {
            // An address that nobody vouches for cannot be made up.
            let forged = anybody.with("x-forwarded-for", &format!("10.0.0.{n}"));
            last = forged
                .post("/api/v1/access/link/inspect", &json!({ "token": format!("{n}") }))
                .await
                .status;
            if last == 429 {
                break;
            }
        }
        assert_eq!(last, 429);
        bed.clock().advance_secs(60);
        let again = anybody
            .post("/api/v1/access/link/inspect", &json!({ "token": "x" }))
            .await;
        assert_eq!(again.status, 404);
        // A guest who floods is told so, by the id of the message.
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        for n in 0..60 {
            widget
                .send_as(None, &format!("01990000-0000-7000-8000-{n:012}"), "快")
                .await;
        }
        let code = widget
            .until("a refusal", |frame| match frame {
                ServerFrame::Refused { problem, .. } => Some(problem.code.clone()),
                _ => None,
            })
            .await;
        assert_eq!(code, "too_many");
        server.stop().await;
    }
);

both!(
    async fn a_session_ends_when_it_is_not_used_and_in_any_case(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, li, _) = desks(&server).await;
        bed.clock().advance_secs(43_200 - 60);
        let _still = mei.http.get("/api/v1/access/me").await.expect(200);
        bed.clock().advance_secs(120);
        let _moved_on = mei.http.get("/api/v1/access/me").await.expect(200);
        assert_eq!(
            li.http.get("/api/v1/access/me").await.status,
            401,
            "twelve hours without use"
        );
        // Used every hour, it ends after thirty days all the same.
        let mut hours = 12;
        while mei.http.get("/api/v1/access/me").await.status == 200 {
            bed.clock().advance_secs(3_600);
            hours += 1;
            assert!(hours <= 30 * 24 + 1, "a session that is used never ends");
        }
        assert!(hours >= 30 * 24 - 1, "{hours}");
        server.stop().await;
    }
);

both!(
    async fn cookies_and_origins(bed: Bed) {
        let options = Options {
            public_url: Some("https://chat.example".to_owned()),
            ..Options::default()
        };
        let server = TestServer::with(&bed, options).await;
        let person = server.home.person("小美", Role::Agent, None, None).await.person;
        let link = yingke_app::access::signin_link(&server.home.house, person)
            .await
            .unwrap();
        let token = json!({ "token": link.split_once('#').unwrap().1 });
        let anybody = server.http();
        let set = anybody.post("/api/v1/access/link", &token).await.expect(200);
        let flags = set.header("set-cookie").unwrap().to_owned();
        for flag in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Path=/"] {
            assert!(flags.contains(flag), "{flags}");
        }
        let hello = anybody
            .post("/api/v1/widget/hello", &json!({ "shop": "main" }))
            .await
            .expect(200);
        let guest_flags = hello.header("set-cookie").unwrap();
        for flag in ["; HttpOnly", "; Secure", "; SameSite=None", "; Partitioned"] {
            assert!(guest_flags.contains(flag), "{guest_flags}");
        }
        let mei = anybody.with("cookie", &set.cookie("yk_session").unwrap());
        let body = json!({ "state": "suspended" });
        let path = "/api/v1/presence/state";
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:1"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert_eq!(
                mei.with(name, value).post(path, &body).await.status,
                403,
                "{name}: {value}"
            );
            assert_eq!(
                mei.with(name, value).get("/api/v1/access/me").await.status,
                200,
                "a look changes nothing"
            );
        }
        let own = mei
            .with("origin", "https://chat.example")
            .with("sec-fetch-site", "same-origin");
        let _done = own.post(path, &body).await.expect(200);
        // Sockets: browsers let any page open one, with the cookie; so the origin is what counts.
        assert_eq!(
            Socket::open(&mei.with("origin", "https://evil.example"), "/ws")
                .await
                .map(|_| ()),
            Err(403)
        );
        assert_eq!(Socket::open(&anybody, "/ws").await.map(|_| ()), Err(401));
        assert!(
            Socket::open(&mei.with("origin", "https://chat.example"), "/ws")
                .await
                .is_ok()
        );
        assert_eq!(
            Socket::open(&anybody, "/ws?shop=nowhere").await.map(|_| ()),
            Err(404)
        );
        let elsewhere = anybody.with("origin", "https://shop.example");
        assert_eq!(
            Socket::open(&elsewhere, "/ws?shop=main").await.map(|_| ()),
            Err(403)
        );
        let house = &server.home.house;
        let directory = house.directory();
        let shop = directory.shop_by_code("main").unwrap();
        let settings = json!({ "sites": ["https://shop.example/"] }).to_string();
        let row = yingke_store::shop::ShopRow {
            id: shop.id,
            code: shop.code.clone(),
            name: shop.name.clone(),
            zone: shop.zone_name.clone(),
            settings,
            secret: shop.secret.clone(),
        };
        yingke_app::access::add_shop(house, row).await.unwrap();
        assert!(
            Socket::open(&elsewhere, "/ws?shop=main").await.is_ok(),
            "the shop's own site may"
        );
        assert_eq!(
            Socket::open(
                &anybody.with("origin", "https://shop.example.evil"),
                "/ws?shop=main"
            )
            .await
            .map(|_| ()),
            Err(403)
        );
        let framed = anybody.get("/widget?shop=main").await;
        let policy = framed.header("content-security-policy").unwrap();
        assert!(
            policy.ends_with("frame-ancestors 'self' https://shop.example"),
            "{policy}"
        );
        server.stop().await;
    }
);

both!(
    async fn every_answer_carries_the_headers_that_keep_a_browser_safe(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let anybody = server.http();
        for path in [
            "/",
            "/in",
            "/desk",
            "/report",
            "/people",
            "/widget?shop=main",
            "/widget.js",
            "/shop",
            "/healthz",
            "/api/openapi.json",
            "/api/v1/access/me",
            "/api/v1/no/such/thing",
            "/assets/none.js",
            "/none.png",
            "/files/none",
            "/widget?shop=%22%3E%3Cscript%3E",
        ] {
            let reply = anybody.get(path).await;
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert!(reply.header("referrer-policy").is_some(), "{path}");
            assert!(reply.header("permissions-policy").is_some(), "{path}");
            let policy = reply.header("content-security-policy").unwrap_or_default();
            if path.starts_with("/files/") {
                continue;
            }
            assert!(
                policy.contains("script-src 'self';") && !policy.contains("script-src 'self' 'unsafe"),
                "{path}: {policy}"
            );
            assert!(
                policy.contains("object-src 'none'") && policy.contains("base-uri 'none'"),
                "{path}: {policy}"
            );
            let ancestors = policy.split("frame-ancestors ").nth(1).unwrap();
            let framed = path.starts_with("/widget?") || path == "/shop";
            assert_eq!(ancestors, if framed { "'self'" } else { "'none'" }, "{path}");
        }
        assert_eq!(anybody.get("/healthz").await.status, 200);
        let climbed = anybody.get("/../../../../../../etc/passwd").await;
        assert!(
            !String::from_utf8_lossy(&climbed.body).contains("root:"),
            "{climbed}"
        );
        assert_eq!(anybody.get("/assets/..%2f..%2fsecret").await.status, 404);
        server.stop().await;
    }
);

both!(
    async fn a_guest_is_kept_to_their_own_thread(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (one, other) = (server.guest().await, server.guest().await);
        let mut widget = one.socket().await;
        widget.send(None, "我的秘密").await;
        let path = format!("/api/v1/conversation/threads/{}/entries", one.thread);
        assert_eq!(one.http.get(&path).await.status, 200);
        assert_eq!(other.http.get(&path).await.status, 404);
        assert_eq!(
            server
                .http()
                .with("x-yingke-guest", "made up")
                .get(&path)
                .await
                .status,
            401
        );
        let mut theirs = other.socket().await;
        theirs
            .say(&ClientFrame::Resume {
                thread: Some(one.thread.clone()),
                after: 0,
            })
            .await;
        let code = |frame: &ServerFrame| match frame {
            ServerFrame::Problem { problem } => Some(problem.code.clone()),
            _ => None,
        };
        assert_eq!(theirs.until("a problem", code).await, "not_found");
        // A picture that is not one's own cannot be sent, nor looked at by an address that was made for another.
        let stored = upload(&one.http, "image/png", &png(4, 3))
            .await
            .expect(201)
            .json();
        let picture = ClientFrame::Send {
            thread: None,
            client_id: "01990000-0000-7000-8000-000000000001".to_owned(),
            kind: MessageKind::Image,
            text: String::new(),
            file: Some(stored["file"].as_str().unwrap().to_owned()),
            quote: None,
            card: None,
            overrule: false,
        };
        theirs.say(&picture).await;
        assert_eq!(
            theirs
                .acked("01990000-0000-7000-8000-000000000001")
                .await
                .unwrap_err(),
            "file_unknown"
        );
        widget.say(&picture).await;
        assert!(widget.acked("01990000-0000-7000-8000-000000000001").await.is_ok());
        server.stop().await;
    }
);

/// A JPEG as a telephone writes it: turned by a mark, with place and owner in its EXIF block.
fn telephone_jpeg() -> Vec<u8> {
    let mut plain = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(40, 20)
        .write_to(&mut plain, ImageFormat::Jpeg)
        .unwrap();
    let plain = plain.into_inner();
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
    // Orientation (0x0112), one short: 6 = turned by a quarter.
    exif.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(b"GPSLatitude 30.2741 of the buyer's home");
    let mut jpeg = plain[..2].to_vec();
    jpeg.extend_from_slice(&[0xff, 0xe1]);
    jpeg.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    jpeg.extend_from_slice(&exif);
    jpeg.extend_from_slice(&plain[2..]);
    jpeg.extend_from_slice(b"<script>alert('behind the end')</script>");
    jpeg
}

/// The first bytes of a picture that claims to be so large.
fn giant_png() -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..20].copy_from_slice(&30_000u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&30_000u32.to_be_bytes());
    // The checksum of the header, so that only its size speaks against it.
    let sum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

both!(
    async fn of_a_picture_nothing_but_its_pixels_is_kept(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let guest = server.guest().await;
        let jpeg = telephone_jpeg();
        assert!(
            image::load_from_memory(&jpeg).is_ok(),
            "the test's own picture is one"
        );
        let stored = upload(&guest.http, "image/jpeg", &jpeg).await.expect(201).json();
        assert_eq!(
            (&stored["width"], &stored["height"]),
            (&json!(20), &json!(40)),
            "turned as its mark says"
        );
        let url = stored["url"].as_str().unwrap().to_owned();
        let picture = server.http().get(&url).await.expect(200);
        let inside = String::from_utf8_lossy(&picture.body);
        for gone in ["Exif", "GPS", "script"] {
            assert!(!inside.contains(gone), "{gone} is still inside");
        }
        assert_eq!(picture.header("content-type"), Some("image/jpeg"));
        assert_eq!(picture.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(
            picture.header("content-security-policy"),
            Some("default-src 'none'; sandbox")
        );
        assert_eq!(image::load_from_memory(&picture.body).unwrap().height(), 40);
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        // What is no picture is a file, whatever it calls itself: kept as it is, given out to be saved and never shown.
        for (kind, bytes) in [
            ("image/svg+xml", svg.to_vec()),
            ("image/png", b"<html><script>alert(1)</script></html>".to_vec()),
            ("image/bmp", b"BM\0\0\0\0".to_vec()),
        ] {
            let kept = upload(&guest.http, kind, &bytes).await.expect(201).json();
            let given = server.http().get(kept["url"].as_str().unwrap()).await.expect(200);
            assert!(
                given
                    .header("content-disposition")
                    .is_some_and(|d| d.starts_with("attachment")),
                "{kind}: {given}"
            );
            assert_eq!(
                given.header("content-type"),
                Some("application/octet-stream"),
                "{kind}"
            );
            assert_eq!(given.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(
                given.header("content-security-policy"),
                Some("default-src 'none'; sandbox")
            );
        }
        for (kind, bytes, status, code) in [
            ("image/png", png(8, 8)[..40].to_vec(), 400, "not_a_picture"),
            ("image/png", Vec::new(), 400, "file_empty"),
            ("image/png", giant_png(), 413, "picture_too_large"),
            ("image/png", vec![0; 21 * 1024 * 1024], 413, "too_large"),
        ] {
            let reply = upload(&guest.http, kind, &bytes).await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (status, code),
                "{kind}, {} bytes",
                bytes.len()
            );
        }
        let (kind, body) = multipart("other", "a.png", "image/png", &png(2, 2));
        let none = guest
            .http
            .request("POST", "/api/v1/conversation/files", Some((&kind, &body)))
            .await;
        assert_eq!((none.status, none.code().as_str()), (400, "no_file"));
        // The address is good for its viewer, as it is, for a time.
        let other = server.guest().await;
        let viewer = |url: &str| {
            url.split("v=")
                .nth(1)
                .unwrap()
                .split('&')
                .next()
                .unwrap()
                .to_owned()
        };
        let mine = viewer(&url);
        let theirs = viewer(
            upload(&other.http, "image/png", &png(2, 2))
                .await
                .expect(201)
                .json()["url"]
                .as_str()
                .unwrap(),
        );
        assert_ne!(mine, theirs);
        let later = {
            let until: i64 = url
                .split("e=")
                .nth(1)
                .unwrap()
                .split('&')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            url.replace(&until.to_string(), &(until + 86_400).to_string())
        };
        let mut wrong = url.clone();
        wrong.replace_range(wrong.len() - 2.., "AA");
        for bad in [
            url.replace(&mine, &theirs),
            later,
            wrong,
            url.split('?').next().unwrap().to_owned(),
        ] {
            let status = server.http().get(&bad).await.status;
            assert!(status == 404 || status == 400, "{bad}: {status}");
        }
        bed.clock().advance_secs(24 * 3_600);
        assert_eq!(server.http().get(&url).await.status, 404, "too late");
        server.stop().await;
    }
);

both!(
    async fn a_known_buyer_is_whom_the_shops_key_says_and_each_token_counts_once(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let directory = server.home.house.directory();
        let secret = directory.shop_by_code("main").unwrap().secret.clone();
        let exp = bed.now().micros() / 1_000_000 + 300;
        let token = |jti: &str, key: &[u8]| {
            let claims = yingke_app::buyer::KnownBuyer {
                shop: "main".into(),
                buyer: "42".into(),
                name: Some("安娜".into()),
                exp,
                jti: jti.into(),
            };
            yingke_app::buyer::sign(&claims, key).unwrap()
        };
        let anybody = server.http();
        let hello = |body: Value| {
            let anybody = anybody.clone();
            async move { anybody.post("/api/v1/widget/hello", &body).await }
        };
        // What was said as a guest goes with the buyer; the guest's secret opens nothing any more.
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        widget.send(None, "先问一下").await;
        let known = hello(json!({ "shop": "main", "token": guest.token, "known": token("a", &secret) }))
            .await
            .expect(200)
            .json();
        assert_eq!(known["name"], "安娜");
        let anna = anybody.with("x-yingke-guest", known["token"].as_str().unwrap());
        let path = format!(
            "/api/v1/conversation/threads/{}/entries",
            known["thread"].as_str().unwrap()
        );
        let said = anna.get(&path).await.expect(200).json();
        assert!(said.to_string().contains("先问一下"), "{said}");
        // On another device the same buyer; without the token a stranger.
        let phone = hello(json!({ "shop": "main", "known": token("b", &secret) }))
            .await
            .expect(200)
            .json();
        assert_eq!(phone["thread"], known["thread"]);
        assert_ne!(
            hello(json!({ "shop": "main" })).await.json()["thread"],
            known["thread"]
        );
        assert_eq!(
            hello(json!({ "shop": "main", "known": token("a", &secret) }))
                .await
                .expect(409)
                .code(),
            "token_used"
        );
        assert_eq!(
            hello(json!({ "shop": "main", "known": token("c", b"another key") }))
                .await
                .expect(401)
                .code(),
            "token_bad"
        );
        bed.clock().advance_secs(301);
        assert_eq!(
            hello(json!({ "shop": "main", "known": token("d", &secret) }))
                .await
                .expect(401)
                .code(),
            "token_bad"
        );
        server.stop().await;
    }
);

both!(
    async fn what_was_done_is_on_the_audit_trail(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (boss, mei, li) = desks(&server).await;
        let tick = || bed.clock().advance_secs(1);
        let (_m, _l) = (mei.socket().await, li.socket().await);
        li.set_state("online").await;
        let buyer = server.guest().await;
        let mut widget = buyer.socket().await;
        widget.send(None, "在吗").await;
        yingke_testkit::eventually("she has the buyer", || async {
            mei.row(&buyer.thread).await["live"]["holder_name"] == "小丽"
        })
        .await;
        mei.set_state("online").await;
        tick();
        let body = json!({ "to": mei.person.to_string(), "note": "交给你" });
        let _passed = li.act(&buyer.thread, "transfer", &body).await.expect(200);
        tick();
        let _waived = mei.act(&buyer.thread, "waive", &json!({})).await.expect(200);
        let mut desk = mei.socket().await;
        let seq = desk.send(Some(&buyer.thread), "写错了").await;
        let _recalled = mei
            .act(&buyer.thread, "recall", &json!({ "seq": seq }))
            .await
            .expect(200);
        tick();
        let _taken = boss.act(&buyer.thread, "take", &json!({})).await.expect(200);
        let invited = boss
            .http
            .post(
                "/api/v1/access/people",
                &json!({ "name": "新人", "login": "new", "role": "agent" }),
            )
            .await;
        let person = invited.expect(201).json()["person"].as_str().unwrap().to_owned();
        let people = format!("/api/v1/access/people/{person}");
        let _bound = boss
            .http
            .post(
                &format!("{people}/accounts"),
                &json!({ "channel": "taobao", "account": "店铺:新" }),
            )
            .await;
        let _linked = boss
            .http
            .post(&format!("{people}/link"), &json!({}))
            .await
            .expect(200);
        let _changed = boss
            .http
            .send("PATCH", &people, &json!({ "active": false }))
            .await;
        tick();
        let _out = li
            .http
            .post("/api/v1/access/sign-out", &json!({}))
            .await
            .expect(204);
        tick();
        let mut lines: Vec<Value> = Vec::new();
        let mut before: Option<String> = None;
        loop {
            let cursor = before
                .as_ref()
                .map(|b| format!("&before={b}"))
                .unwrap_or_default();
            let page = boss
                .http
                .get(&format!("/api/v1/access/audit?limit=4{cursor}"))
                .await
                .expect(200)
                .json();
            lines.extend(page["lines"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => before = Some(next.to_owned()),
                None => break,
            }
        }
        let ids: BTreeSet<&str> = lines.iter().filter_map(|l| l["id"].as_str()).collect();
        assert_eq!(ids.len(), lines.len(), "no line twice");
        let done: BTreeSet<(&str, &str)> = lines
            .iter()
            .map(|l| {
                (
                    l["person_name"].as_str().unwrap_or("-"),
                    l["act"].as_str().unwrap(),
                )
            })
            .collect();
        for expected in [
            ("小丽", "access.link"),
            ("小丽", "conversation.transfer"),
            ("小美", "conversation.waive"),
            ("小美", "conversation.recall"),
            ("店长", "conversation.take"),
            ("店长", "person.invite"),
            ("店长", "account.bind"),
            ("店长", "person.link"),
            ("店长", "person.deactivate"),
            ("小丽", "access.sign_out"),
        ] {
            assert!(done.contains(&expected), "{expected:?} is not among {done:?}");
        }
        let transfer = lines
            .iter()
            .find(|l| l["act"] == "conversation.transfer")
            .unwrap();
        assert_eq!(transfer["subject"], json!(buyer.thread));
        assert_eq!(
            transfer["subject_name"],
            boss.row(&buyer.thread).await["buyer_name"]
        );
        let detail: Value = serde_json::from_str(transfer["detail"].as_str().unwrap()).unwrap();
        assert_eq!(
            detail,
            json!({ "from": li.person.to_string(), "to": mei.person.to_string(), "note": "交给你" })
        );
        let about_new = |act: &str| {
            let line = lines
                .iter()
                .find(|l| l["act"] == act && l["subject"] == json!(person))
                .unwrap();
            assert_eq!(line["subject_name"], "新人", "{act}");
            line["detail"].as_str().unwrap().to_owned()
        };
        assert_eq!(about_new("person.deactivate"), "");
        let invited: Value = serde_json::from_str(&about_new("person.invite")).unwrap();
        assert_eq!(invited["role"], json!([null, "agent"]));
        server.stop().await;
    }
);
