//! Buyers and agents over real sockets, on both databases.

use serde_json::{Value, json};
use std::time::Duration;
use yingke_api::ws::protocol::{ClientFrame, ServerFrame};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Guest, Options, Socket, Talker, TestServer, both, eventually};

/// A client's id.
fn id(n: u32) -> String {
    format!("01990000-0000-7000-8000-{n:012}")
}

async fn holder(desk: &Desk, thread: &str) -> Value {
    desk.row(thread).await["live"]["holder"].clone()
}

async fn is_held(desk: &Desk, thread: &str, by: &Desk) -> bool {
    holder(desk, thread).await == json!(by.person.to_string())
}

/// A sign of life of a desk; back when the server has taken it.
async fn alive(socket: &mut Socket) {
    socket.say(&ClientFrame::Pong).await;
    socket.say(&ClientFrame::List).await;
    socket
        .until("the rows", |frame| {
            matches!(frame, ServerFrame::Rows { .. }).then_some(())
        })
        .await;
}

/// A conversation that this agent holds and follows.
async fn held(server: &TestServer, desk: &Desk, socket: &mut Socket, words: &str) -> (Guest, Socket) {
    let guest = server.guest().await;
    let mut widget = guest.socket().await;
    widget.send(None, words).await;
    socket.given(&guest.thread, desk.person).await;
    socket.resume(Some(&guest.thread), 0).await;
    widget.served().await;
    (guest, widget)
}

fn texts(entries: &[Value], kind: &str) -> Vec<String> {
    let of_kind = entries.iter().filter(|e| e["kind"] == kind);
    of_kind
        .map(|e| e["text"].as_str().unwrap_or_default().to_owned())
        .collect()
}

both!(
    async fn a_guest_asks_and_the_agent_answers(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        assert_eq!(
            widget.send(None, "在吗").await,
            2,
            "the conversation opens with an entry of its own"
        );
        assert_eq!(widget.entry("在吗").await.from, "buyer");
        // Routed to whoever is online; the widget is told by whom it is served.
        desk.given(&guest.thread, mei.person).await;
        assert_eq!(widget.served().await, "小美");
        let history = desk.resume(Some(&guest.thread), 0).await;
        assert!(history.iter().any(|(_, text)| text == "在吗"), "{history:?}");

        desk.say(&ClientFrame::Typing {
            thread: Some(guest.thread.clone()),
            on: true,
        })
        .await;
        let name = widget
            .until("the typing sign", |frame| match frame {
                ServerFrame::Typing {
                    from, name, on: true, ..
                } if from == "agent" => Some(name.clone()),
                _ => None,
            })
            .await;
        assert_eq!(name, "小美");
        let seq = desk.send(Some(&guest.thread), "在的").await;
        let seen = widget.entry("在的").await;
        assert_eq!(
            (seen.seq, seen.name.as_deref(), seen.person),
            (seq, Some("小美"), None)
        );

        widget.say(&ClientFrame::Read { thread: None, seq }).await;
        let by_buyer = |frame: &ServerFrame| match frame {
            ServerFrame::Read { by, seq, .. } if by == "buyer" => Some(*seq),
            _ => None,
        };
        assert_eq!(desk.until("the read mark", by_buyer).await, seq);
        widget
            .say(&ClientFrame::Typing {
                thread: None,
                on: true,
            })
            .await;
        desk.until("the buyer's typing", |frame| {
            matches!(frame, ServerFrame::Typing { from, on: true, .. } if from == "buyer").then_some(())
        })
        .await;
        let next = widget.send(None, "好").await;
        desk.entry("好").await;
        desk.say(&ClientFrame::Read {
            thread: Some(guest.thread.clone()),
            seq: next,
        })
        .await;
        let by_shop = |frame: &ServerFrame| match frame {
            ServerFrame::Read { by, seq, .. } if by == "shop" && *seq >= next => Some(*seq),
            _ => None,
        };
        assert_eq!(widget.until("the shop's read mark", by_shop).await, next);
        // Nobody can have seen what was never sent.
        widget
            .say(&ClientFrame::Read {
                thread: None,
                seq: 1_000_000,
            })
            .await;
        assert!(desk.until("the read mark", by_buyer).await <= next + 1);
        server.stop().await;
    }
);

both!(
    async fn a_buyer_comes_back_to_the_agent_who_served_them(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut mei_desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut mei_desk, "在吗").await;
        mei_desk.send(Some(&guest.thread), "在的").await;
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        mei_desk
            .until("the end", |frame| {
                matches!(frame, ServerFrame::Gone { .. }).then_some(())
            })
            .await;
        // Another one, with nothing to do, while the first is busy: the first still gets their buyer.
        let (li, _li_desk) = server.agent("小丽", None).await;
        let (_busy, _with) = {
            let busy = server.guest().await;
            let mut with = busy.socket().await;
            with.send(None, "有货吗").await;
            eventually("somebody has the other buyer", || async {
                holder(&li, &busy.thread).await != Value::Null
            })
            .await;
            (busy, with)
        };
        mei_desk.clear();
        widget.send(None, "又是我").await;
        mei_desk.given(&guest.thread, mei.person).await;
        server.stop().await;
    }
);

both!(
    async fn the_queue_is_served_oldest_first_and_everybody_knows_their_place(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let mut waiting = Vec::new();
        for n in 0..3 {
            let guest = server.guest().await;
            let mut widget = guest.socket().await;
            widget.send(None, &format!("问题{n}")).await;
            widget.place(n + 1).await;
            waiting.push((guest, widget));
            bed.clock().advance_secs(1);
        }
        // Somebody comes, with room for one: the first in the line.
        let (mei, mut desk) = server.agent("小美", Some(1)).await;
        let (first, mut first_widget) = waiting.remove(0);
        assert_eq!(first_widget.served().await, "小美");
        for (n, (_, widget)) in waiting.iter_mut().enumerate() {
            widget.place(n as i64 + 1).await;
        }
        for (guest, _) in &waiting {
            assert_eq!(
                holder(&mei, &guest.thread).await,
                Value::Null,
                "there was room for one"
            );
        }
        // A place is freed: the next one.
        desk.resume(Some(&first.thread), 0).await;
        desk.send(Some(&first.thread), "您好").await;
        let _closed = mei.act(&first.thread, "close", &json!({})).await.expect(200);
        let (second, mut second_widget) = waiting.remove(0);
        assert_eq!(second_widget.served().await, "小美");
        assert!(is_held(&mei, &second.thread, &mei).await);
        assert_eq!(holder(&mei, &waiting[0].0.thread).await, Value::Null);
        // Hanging up the sign keeps who is there and lets nobody in.
        mei.set_state("suspended").await;
        let _closed = mei.act(&second.thread, "close", &json!({})).await.expect(200);
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(holder(&mei, &waiting[0].0.thread).await, Value::Null);
        mei.set_state("online").await;
        assert_eq!(waiting[0].1.served().await, "小美");
        server.stop().await;
    }
);

both!(
    async fn what_is_left_while_nobody_is_there_is_served_when_somebody_comes(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        let is_open = |frame: &ServerFrame| match frame {
            ServerFrame::Queue { open, .. } => Some(*open),
            _ => None,
        };
        assert!(!widget.until("the first word of the queue", is_open).await);
        widget.send(None, "有人吗").await;
        drop(widget);
        bed.clock().advance_secs(8 * 3600);
        let (mei, mut desk) = server.agent("小美", None).await;
        eventually("the message that was left has a holder", || {
            is_held(&mei, &guest.thread, &mei)
        })
        .await;
        desk.resume(Some(&guest.thread), 0).await;
        desk.send(Some(&guest.thread), "您好，让您久等了").await;
        // The buyer comes back later and finds the answer.
        let said = guest.entries().await;
        assert_eq!(texts(&said, "text"), ["有人吗", "您好，让您久等了"]);
        server.stop().await;
    }
);

both!(
    async fn a_transfer_tells_the_colleague_everything_and_the_buyer_only_who(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut mei_desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut mei_desk, "我要退货").await;
        let (li, mut li_desk) = server.agent("小丽", None).await;
        let body = json!({ "to": li.person.to_string(), "note": "她很急，别再问一遍" });
        let _passed = mei.act(&guest.thread, "transfer", &body).await.expect(200);
        li_desk.given(&guest.thread, li.person).await;
        assert_eq!(widget.served().await, "小丽");
        let inside = li.entries(&guest.thread).await;
        assert_eq!(texts(&inside, "transfer"), ["她很急，别再问一遍"]);
        // Whoever passed it on no longer answers.
        mei_desk.send_as(Some(&guest.thread), &id(1), "还是我").await;
        assert_eq!(mei_desk.acked(&id(1)).await.unwrap_err(), "held_by_other");
        li_desk.resume(Some(&guest.thread), 0).await;
        li_desk.send(Some(&guest.thread), "您好，我来处理").await;
        widget.entry("您好，我来处理").await;
        // The buyer saw that there was a transfer, live and in the history, and nothing of the words or the ids.
        let outside = guest.entries().await;
        assert_eq!(
            outside.len(),
            li.entries(&guest.thread).await.len(),
            "every sequence is there"
        );
        assert_eq!(texts(&outside, "transfer"), [""]);
        let live = widget.listen(Duration::from_millis(300)).await;
        let everything = format!("{outside:?}{live:?}");
        for secret in ["别再问", &mei.person.to_string(), &li.person.to_string()] {
            assert!(
                !everything.contains(secret),
                "{secret} reached the buyer: {everything}"
            );
        }
        // To somebody who is not there: no. To oneself: no. Back to the queue: yes.
        mei.set_state("offline").await;
        let body = json!({ "to": mei.person.to_string(), "note": "" });
        assert_eq!(
            li.act(&guest.thread, "transfer", &body).await.expect(409).code(),
            "not_online"
        );
        let body = json!({ "to": li.person.to_string(), "note": "" });
        assert_eq!(li.act(&guest.thread, "transfer", &body).await.status, 409);
        li.set_state("suspended").await;
        let _back = li
            .act(&guest.thread, "transfer", &json!({ "to": null, "note": "" }))
            .await
            .expect(200);
        assert_eq!(holder(&li, &guest.thread).await, Value::Null);
        server.stop().await;
    }
);

both!(
    async fn close_waive_and_recall_are_seen_on_both_sides(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "在吗").await;
        let seq = desk.send(Some(&guest.thread), "不在").await;
        widget.entry("不在").await;
        assert_eq!(mei.row(&guest.thread).await["live"]["owed_since"], Value::Null);
        // Taken back: the place stays, the words are gone, the question is open again.
        let live = mei
            .act(&guest.thread, "recall", &json!({ "seq": seq }))
            .await
            .expect(200)
            .json();
        assert!(live["owed_since"].is_string(), "{live}");
        for socket in [&mut widget, &mut desk] {
            let refers = socket
                .until("the recall", |frame| match frame {
                    ServerFrame::Entry { entry, .. } if entry.kind == "recall" => Some(entry.refers),
                    _ => None,
                })
                .await;
            assert_eq!(refers, Some(seq));
        }
        // The list says what is left, also after the row changed for another reason.
        let row = mei.row(&guest.thread).await;
        assert_eq!(
            (&row["last_text"], &row["last_from"]),
            (&json!("在吗"), &json!("buyer"))
        );
        for entries in [guest.entries().await, mei.entries(&guest.thread).await] {
            let entry = entries.iter().find(|e| e["seq"] == json!(seq)).unwrap();
            assert_eq!((&entry["text"], &entry["recalled"]), (&json!(""), &json!(true)));
        }
        assert_eq!(
            mei.act(&guest.thread, "recall", &json!({ "seq": seq }))
                .await
                .code(),
            "recalled_already"
        );
        assert_eq!(
            mei.act(&guest.thread, "recall", &json!({ "seq": 2 }))
                .await
                .status,
            404,
            "a buyer's words are not ours"
        );
        let late = desk.send(Some(&guest.thread), "在的").await;
        bed.clock().advance_secs(121);
        alive(&mut desk).await;
        assert_eq!(
            mei.act(&guest.thread, "recall", &json!({ "seq": late }))
                .await
                .code(),
            "recall_late"
        );
        // "Thanks" needs no answer.
        widget.send(None, "谢谢").await;
        let live = mei
            .act(&guest.thread, "waive", &json!({}))
            .await
            .expect(200)
            .json();
        assert_eq!(live["owed_since"], Value::Null);
        assert_eq!(
            mei.act(&guest.thread, "waive", &json!({}))
                .await
                .expect(409)
                .code(),
            "nothing_owed"
        );
        let live = mei
            .act(&guest.thread, "close", &json!({}))
            .await
            .expect(200)
            .json();
        assert_eq!(live["state"], "closed");
        desk.until("the end", |frame| match frame {
            ServerFrame::Gone { thread, .. } if *thread == guest.thread => Some(()),
            _ => None,
        })
        .await;
        widget
            .until("the close", |frame| match frame {
                ServerFrame::Entry { entry, .. } if entry.kind == "close" => Some(()),
                _ => None,
            })
            .await;
        assert_eq!(
            mei.act(&guest.thread, "close", &json!({}))
                .await
                .expect(409)
                .code(),
            "conversation_not_open"
        );
        // What the house does inside reaches the buyer as a bare number.
        let waive = guest
            .entries()
            .await
            .into_iter()
            .find(|e| e["kind"] == "waive")
            .unwrap();
        assert!(waive.get("name").is_none() && waive["from"] == "system" && waive["text"] == "");
        server.stop().await;
    }
);

both!(
    async fn an_idle_conversation_closes_by_itself_and_opens_with_the_next_message(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "在吗").await;
        desk.send(Some(&guest.thread), "在的").await;
        bed.clock().advance_secs(30 * 60);
        desk.until("the end", |frame| {
            matches!(frame, ServerFrame::Gone { .. }).then_some(())
        })
        .await;
        alive(&mut desk).await;
        let before = guest.entries().await;
        assert_eq!(before.last().unwrap()["kind"], "close");
        widget.send(None, "又有问题").await;
        desk.given(&guest.thread, mei.person).await;
        let after = guest.entries().await;
        assert_ne!(
            after.last().unwrap()["conversation"],
            before.last().unwrap()["conversation"]
        );
        assert_eq!(mei.row(&guest.thread).await["returning"], true);
        server.stop().await;
    }
);

both!(
    async fn a_repeat_gets_the_first_answer_even_across_a_closed_conversation(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        widget.send_as(None, &id(1), "在吗").await;
        let first = widget.acked(&id(1)).await.unwrap();
        widget.send_as(None, &id(1), "在吗").await;
        assert_eq!(widget.acked(&id(1)).await, Ok(first));
        // The same id with other words would be another message.
        widget.send_as(None, &id(1), "不在").await;
        assert_eq!(widget.acked(&id(1)).await.unwrap_err(), "client_id_reused");
        desk.given(&guest.thread, mei.person).await;
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        let count = guest.entries().await.len();
        // From another connection, in the middle of a group of new ones.
        let mut again = guest.socket().await;
        for (n, text) in [(2, "甲"), (1, "在吗"), (2, "甲"), (3, "乙")] {
            again.send_as(None, &id(n), text).await;
        }
        let (a, b) = (again.acked(&id(2)).await.unwrap(), again.acked(&id(1)).await);
        assert_eq!(b, Ok(first));
        assert_eq!(again.acked(&id(2)).await, Ok(a));
        assert!(again.acked(&id(3)).await.unwrap() > a);
        let said = guest.entries().await;
        assert_eq!(texts(&said, "text"), ["在吗", "甲", "乙"]);
        assert_eq!(
            said.iter().filter(|e| e["kind"] == "open").count(),
            2,
            "a repeat opens nothing"
        );
        assert!(said.len() > count);
        // Ids are each sender's own: another guest may use the same.
        let other = server.guest().await;
        let mut theirs = other.socket().await;
        theirs.send_as(None, &id(1), "也在吗").await;
        assert!(theirs.acked(&id(1)).await.is_ok());
        server.stop().await;
    }
);

both!(
    async fn a_history_of_any_length_is_resumed_after_any_entry(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "第0句").await;
        for n in 1..=450 {
            desk.send_as(Some(&guest.thread), &id(n), &format!("第{n}句"))
                .await;
        }
        let last = desk.acked(&id(450)).await.unwrap();
        let mut fresh = Socket::open(&guest.http, "/ws?shop=main").await.unwrap();
        for after in [0, 1, 199, 200, 201, last - 1, last] {
            let got: Vec<i64> = fresh
                .resume(None, after)
                .await
                .iter()
                .map(|(seq, _)| *seq)
                .collect();
            assert_eq!(got, (after + 1..=last).collect::<Vec<_>>(), "after {after}");
        }
        let tail: Vec<i64> = fresh
            .resume(None, -30)
            .await
            .iter()
            .map(|(seq, _)| *seq)
            .collect();
        assert_eq!(tail, (last - 29..=last).collect::<Vec<_>>());
        // The widget that listened all the time has it all, once, in order.
        let mut seen = Vec::new();
        while seen.last() != Some(&last) {
            let seq = widget
                .until("the next entry", |frame| match frame {
                    ServerFrame::Entry { entry, .. } => Some(entry.seq),
                    _ => None,
                })
                .await;
            seen.push(seq);
        }
        let begin = seen[0];
        assert_eq!(seen, (begin..=last).collect::<Vec<_>>());
        let next = widget.send(None, "完").await;
        assert_eq!(fresh.entry("完").await.seq, next);
        server.stop().await;
    }
);

both!(
    async fn a_reader_too_slow_is_let_go_and_misses_nothing(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, widget) = held(&server, &mei, &mut desk, "在吗").await;
        drop(widget);
        let mut slow = Socket::open_narrow(&guest.http, "/ws?shop=main").await.unwrap();
        slow.resume(None, 0).await;
        eventually("one widget is connected", || async {
            server.connections().1 == 1
        })
        .await;
        let long = "长".repeat(3_990);
        let mut sent = 0;
        while server.connections().1 == 1 {
            assert!(sent < 6_000, "a reader who reads nothing is never let go");
            for _ in 0..20 {
                sent += 1;
                desk.send_as(Some(&guest.thread), &id(sent), &format!("{sent} {long}"))
                    .await;
            }
            desk.acked(&id(sent)).await.unwrap();
            desk.clear();
        }
        let reason = slow.farewell().await;
        assert!(
            reason.is_none() || reason.as_deref() == Some("too_slow"),
            "{reason:?}"
        );
        let mut seen: Vec<i64> = slow
            .kept
            .iter()
            .filter_map(|frame| match frame {
                ServerFrame::Entry { entry, .. } => Some(entry.seq),
                _ => None,
            })
            .collect();
        let begin = seen.first().copied().unwrap_or(1);
        assert_eq!(
            seen,
            (begin..begin + seen.len() as i64).collect::<Vec<_>>(),
            "no hole before the end"
        );
        let mut again = Socket::open(&guest.http, "/ws?shop=main").await.unwrap();
        let rest = again.resume(None, seen.last().copied().unwrap_or(0)).await;
        seen.extend(rest.iter().map(|(seq, _)| *seq));
        let last = mei.row(&guest.thread).await["live"]["last_seq"].as_i64().unwrap();
        assert_eq!((seen.last(), seen.len() as i64), (Some(&last), last - begin + 1));
        // The writer was held up by nobody.
        assert_eq!(desk.send(Some(&guest.thread), "还在吗").await, last + 1);
        server.stop().await;
    }
);

both!(
    async fn cut_sockets_and_a_restart_lose_double_and_swap_nothing(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let port = server.address.port();
        let (mei, mut desk) = server.agent("小美", None).await;
        let mut sides = Vec::new();
        let mut guests = Vec::new();
        for n in 0..3 {
            let (guest, widget) = held(&server, &mei, &mut desk, "在吗").await;
            drop(widget);
            sides.push((format!("客{n}"), Talker::widget(&guest.http, &guest.thread)));
            sides.push((format!("服{n}"), Talker::desk(&mei.http, &guest.thread)));
            guests.push(guest);
        }
        drop(desk);
        let mut tasks = tokio::task::JoinSet::new();
        for (seed, (name, mut talker)) in sides.into_iter().enumerate() {
            tasks.spawn(async move {
                let mut dice = fastrand::Rng::with_seed(seed as u64);
                let mut said = 0;
                for _ in 0..40 {
                    for _ in 0..dice.usize(0..3) {
                        talker.write(&format!("{name}-{said}")).await;
                        said += 1;
                    }
                    talker.run(Duration::from_millis(dice.u64(5..60))).await;
                    if dice.usize(0..3) == 0 {
                        talker.cut();
                    }
                }
                (name, said, talker)
            });
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        server.stop().await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        let server = TestServer::with(
            &bed,
            Options {
                port: Some(port),
                ..Options::default()
            },
        )
        .await;
        let mut done = tasks.join_all().await;
        for (_, _, talker) in &mut done {
            talker.settle(0).await;
        }
        for (n, guest) in guests.iter().enumerate() {
            let stored = mei.entries(&guest.thread).await;
            let last = stored.len() as i64;
            let seqs: Vec<i64> = stored.iter().map(|e| e["seq"].as_i64().unwrap()).collect();
            assert_eq!(seqs, (1..=last).collect::<Vec<_>>());
            for (name, said, talker) in done
                .iter_mut()
                .filter(|(name, _, _)| name.ends_with(&n.to_string()))
            {
                talker.settle(last).await;
                assert_eq!(talker.refused, [], "{name}");
                assert!(talker.connects > 3, "{name} was cut");
                // Everything, once, in the order of writing.
                let own: Vec<&str> = stored
                    .iter()
                    .filter_map(|e| e["text"].as_str())
                    .filter(|text| text.starts_with(&format!("{name}-")))
                    .collect();
                let expected: Vec<String> = (0..*said).map(|i| format!("{name}-{i}")).collect();
                assert_eq!(own, expected);
                assert_eq!(talker.acked.len(), *said);
                for seq in talker.acked.values() {
                    assert!(talker.seen[seq].text.starts_with(&format!("{name}-")));
                }
                let seen: Vec<(i64, &str)> = talker.seen.values().map(|e| (e.seq, e.text.as_str())).collect();
                let kept: Vec<(i64, &str)> = stored
                    .iter()
                    .map(|e| (e["seq"].as_i64().unwrap(), e["text"].as_str().unwrap()))
                    .collect();
                assert_eq!(seen, kept, "{name} sees what is stored");
            }
        }
        server.stop().await;
    }
);

both!(
    async fn a_desk_that_is_gone_gives_back_what_is_owed_and_keeps_the_rest(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut mei_desk) = server.agent("小美", None).await;
        let (owed, _a) = held(&server, &mei, &mut mei_desk, "在吗").await;
        let (answered, mut b) = held(&server, &mei, &mut mei_desk, "有货吗").await;
        mei_desk.send(Some(&answered.thread), "有的").await;
        let (li, mut li_desk) = server.agent("小丽", None).await;
        mei_desk.cut();
        // A reload costs nobody anything.
        bed.clock().advance_secs(30);
        alive(&mut li_desk).await;
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        assert!(is_held(&li, &owed.thread, &mei).await);
        bed.clock().advance_secs(20);
        li_desk.given(&owed.thread, li.person).await;
        li_desk
            .until("the colleague is offline", |frame| match frame {
                ServerFrame::Presence { person } if person.name == "小美" && person.state == "offline" => {
                    Some(())
                }
                _ => None,
            })
            .await;
        assert!(
            is_held(&li, &answered.thread, &mei).await,
            "nothing is owed there"
        );
        // Until the buyer writes again.
        alive(&mut li_desk).await;
        b.send(None, "还在吗").await;
        li_desk.given(&answered.thread, li.person).await;
        // A lease that ran out is not handing back by one's own act; the turn was opened again while nobody held it.
        let boss = server.hire("店长", Role::Supervisor, None).await;
        let rows = boss
            .http
            .get("/api/v1/metric/performance?from=2026-10-03&to=2026-10-03&by=shop")
            .await
            .expect(200)
            .json();
        assert_eq!(rows[0]["handed_back_num"], 0);
        // Back again, online as before.
        let mut back = mei.socket().await;
        alive(&mut back).await;
        let people = li.http.get("/api/v1/presence/people").await.expect(200).json();
        let state = people
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["name"] == "小美")
            .unwrap()["state"]
            .clone();
        assert_eq!(state, "online");
        server.stop().await;
    }
);

both!(
    async fn going_away_hands_back_what_is_owed_and_counts_it(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut mei_desk) = server.agent("小美", None).await;
        let (owed, _a) = held(&server, &mei, &mut mei_desk, "在吗").await;
        let (answered, _b) = held(&server, &mei, &mut mei_desk, "有货吗").await;
        mei_desk.send(Some(&answered.thread), "有的").await;
        bed.clock().advance_secs(20);
        mei.set_state("away").await;
        assert_eq!(holder(&mei, &owed.thread).await, Value::Null);
        assert!(is_held(&mei, &answered.thread, &mei).await);
        bed.clock().advance_secs(10);
        let (li, mut li_desk) = server.agent("小丽", None).await;
        eventually("the next one has it", || is_held(&li, &owed.thread, &li)).await;
        li_desk.resume(Some(&owed.thread), 0).await;
        bed.clock().advance_secs(5);
        li_desk.send(Some(&owed.thread), "在的").await;
        let boss = server.hire("店长", Role::Supervisor, None).await;
        let path = "/api/v1/metric/performance?from=2026-10-03&to=2026-10-03&by=agent";
        let rows = boss.http.get(path).await.expect(200).json();
        let of = |name: &str| {
            rows.as_array()
                .unwrap()
                .iter()
                .find(|r| r["agent"] == name)
                .unwrap()
                .clone()
        };
        assert_eq!(
            (&of("小美")["handed_back_num"], &of("小丽")["handed_back_num"]),
            (&json!(1), &json!(0))
        );
        assert_eq!(
            (&of("小美")["transfer_out_num"], &of("小丽")["transfer_in_num"]),
            (&json!(0), &json!(0))
        );
        // Judged from the moment they got it, the shop from the question on.
        assert_eq!(of("小丽")["max_wait"], 5);
        let shop = boss
            .http
            .get("/api/v1/metric/performance?from=2026-10-03&to=2026-10-03&by=shop")
            .await
            .json();
        assert_eq!(shop[0]["max_wait"], 35);
        server.stop().await;
    }
);

both!(
    async fn of_two_who_take_the_same_conversation_one_gets_it(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let mut desks = Vec::new();
        for n in 0..4 {
            let desk = server.hire(&format!("客服{n}"), Role::Agent, None).await;
            let _socket = desk.socket().await;
            desk.set_state("suspended").await;
            desks.push(desk);
        }
        for round in 0..5 {
            let guest = server.guest().await;
            guest.socket().await.send(None, "在吗").await;
            let mut tasks = tokio::task::JoinSet::new();
            for desk in &desks {
                let (desk, thread) = (desk.clone(), guest.thread.clone());
                tasks.spawn(async move { (desk.person, desk.act(&thread, "take", &json!({})).await) });
            }
            let all = tasks.join_all().await;
            let won: Vec<_> = all.iter().filter(|(_, reply)| reply.status == 200).collect();
            assert_eq!(
                won.len(),
                1,
                "round {round}: {:?}",
                all.iter().map(|(_, r)| r.status).collect::<Vec<_>>()
            );
            assert!(
                all.iter()
                    .filter(|(_, r)| r.status != 200)
                    .all(|(_, r)| r.status == 409 && r.code() == "held_by_other")
            );
            assert_eq!(
                holder(&desks[0], &guest.thread).await,
                json!(won[0].0.to_string())
            );
            let given = desks[0].entries(&guest.thread).await;
            assert_eq!(given.iter().filter(|e| e["kind"] == "assign").count(), 1);
        }
        server.stop().await;
    }
);

both!(
    async fn two_tabs_are_one_presence(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, first) = server.agent("小美", None).await;
        let mut second = mei.socket().await;
        let (guest, _widget) = held(&server, &mei, &mut second, "在吗").await;
        let people = mei.http.get("/api/v1/presence/people").await.expect(200).json();
        assert_eq!(people.as_array().unwrap().len(), 1);
        assert_eq!(people[0]["load"], 1);
        first.cut();
        for _ in 0..3 {
            bed.clock().advance_secs(30);
            alive(&mut second).await;
            tokio::time::sleep(Duration::from_millis(1_100)).await;
        }
        assert!(is_held(&mei, &guest.thread, &mei).await, "one tab is enough");
        // What one tab says, the other sees.
        let mut third = mei.socket().await;
        third.resume(Some(&guest.thread), 0).await;
        second.resume(Some(&guest.thread), 0).await;
        third.send(Some(&guest.thread), "在的").await;
        second.entry("在的").await;
        server.stop().await;
    }
);

both!(
    async fn whoever_is_signed_out_or_deactivated_leaves_at_once(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let boss = server.hire("店长", Role::Owner, None).await;
        let (mei, mut mei_desk) = server.agent("小美", None).await;
        let (first, _a) = held(&server, &mei, &mut mei_desk, "在吗").await;
        let path = format!("/api/v1/access/people/{}", mei.person);
        let changed = boss.http.send("PATCH", &path, &json!({ "active": false })).await;
        assert!(changed.status < 300, "{changed}");
        assert_eq!(mei_desk.farewell().await.as_deref(), Some("signed_out"));
        assert_eq!(mei.http.get("/api/v1/access/me").await.status, 401);
        assert_eq!(Socket::open(&mei.http, "/ws").await.map(|_| ()), Err(401));
        assert_eq!(holder(&boss, &first.thread).await, Value::Null);

        let (li, mut li_desk) = server.agent("小丽", None).await;
        eventually("the next one has it", || is_held(&boss, &first.thread, &li)).await;
        li_desk.resume(Some(&first.thread), 0).await;
        let elsewhere = server.sign_in(li.person, "小丽").await;
        let mut other_browser = elsewhere.socket().await;
        let _out = li
            .http
            .post("/api/v1/access/sign-out", &json!({}))
            .await
            .expect(204);
        assert_eq!(li_desk.farewell().await.as_deref(), Some("signed_out"));
        // They sit at another desk still.
        alive(&mut other_browser).await;
        assert!(is_held(&boss, &first.thread, &li).await);
        let _out = elsewhere
            .http
            .post("/api/v1/access/sign-out", &json!({}))
            .await
            .expect(204);
        assert_eq!(other_browser.farewell().await.as_deref(), Some("signed_out"));
        eventually("the queue has it again", || async {
            holder(&boss, &first.thread).await == Value::Null
        })
        .await;
        server.stop().await;
    }
);

both!(
    async fn what_is_no_frame_is_answered_and_costs_no_connection(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let guest = server.guest().await;
        // Without a cookie: the first frame says who it is.
        let mut widget = Socket::open(&server.http(), "/ws?shop=main").await.unwrap();
        widget
            .say(&ClientFrame::Typing {
                thread: None,
                on: true,
            })
            .await;
        let code = |frame: &ServerFrame| match frame {
            ServerFrame::Problem { problem } => Some(problem.code.clone()),
            _ => None,
        };
        assert_eq!(widget.until("a problem", code).await, "hello_first");
        widget
            .say(&ClientFrame::Hello {
                token: guest.token.clone(),
            })
            .await;
        let thread = widget
            .until("the welcome", |frame| match frame {
                ServerFrame::Welcome { thread, .. } => Some(thread.clone()),
                _ => None,
            })
            .await;
        assert_eq!(thread.as_deref(), Some(guest.thread.as_str()));
        for text in ["", "{", "{\"t\":\"no_such\"}", "{\"t\":\"send\"}", "[]"] {
            widget.say_text(text).await;
            assert_eq!(widget.until("a problem", code).await, "bad_frame", "{text}");
        }
        widget.say_bytes(vec![1, 2, 3]).await;
        assert_eq!(widget.until("a problem", code).await, "bad_frame");
        widget.say(&ClientFrame::List).await;
        assert_eq!(widget.until("a problem", code).await, "forbidden");
        // A message that breaks a rule is refused by its own id.
        for (n, (text, why)) in [
            ("", "text_empty"),
            ("  \n", "text_empty"),
            (&*"长".repeat(4_001), "text_too_long"),
        ]
        .into_iter()
        .enumerate()
        {
            widget.send_as(None, &id(n as u32), text).await;
            assert_eq!(widget.acked(&id(n as u32)).await.unwrap_err(), why);
        }
        assert!(widget.send(None, &"长".repeat(4_000)).await > 0);
        // Neither side speaks in another's thread.
        let other = server.guest().await;
        widget.send_as(Some(&other.thread), &id(7), "偷").await;
        assert_eq!(widget.acked(&id(7)).await.unwrap_err(), "not_found");
        desk.send_as(Some(&id(9)), &id(8), "无").await;
        assert_eq!(desk.acked(&id(8)).await.unwrap_err(), "not_found");
        desk.send_as(None, &id(8), "无").await;
        assert_eq!(desk.acked(&id(8)).await.unwrap_err(), "thread_missing");
        assert_eq!(mei.act(&id(9), "take", &json!({})).await.status, 404);
        // Ten in a row are no accident.
        for _ in 0..10 {
            widget.say_text("{").await;
        }
        assert_eq!(widget.farewell().await.as_deref(), Some("malformed"));
        server.stop().await;
    }
);

both!(
    async fn a_stopping_server_answers_what_it_took_and_says_goodbye(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "在吗").await;
        for n in 0..20 {
            widget.send_as(None, &id(n), &format!("第{n}句")).await;
        }
        let port = server.address.port();
        let (reason, ()) = tokio::join!(widget.farewell(), server.stop());
        assert_eq!(reason.as_deref(), Some("stopping"));
        let acked: Vec<(String, i64)> = widget
            .kept
            .iter()
            .filter_map(|frame| match frame {
                ServerFrame::Ack { client_id, seq, .. } => Some((client_id.clone(), *seq)),
                _ => None,
            })
            .collect();
        let server = TestServer::with(
            &bed,
            Options {
                port: Some(port),
                ..Options::default()
            },
        )
        .await;
        let stored = mei.entries(&guest.thread).await;
        for (client_id, seq) in acked {
            let entry = stored.iter().find(|e| e["seq"] == json!(seq)).unwrap();
            assert_eq!(
                entry["client_id"],
                json!(client_id),
                "what was acknowledged is there"
            );
        }
        // And it is the same house: the conversation is held, the session is good.
        assert!(is_held(&mei, &guest.thread, &mei).await);
        server.stop().await;
    }
);

both!(
    async fn pictures_go_both_ways_each_by_an_address_of_its_viewer(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "看图").await;
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(30, 20)
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        let (kind, form) = yingke_testkit::multipart("file", "p.png", "image/png", bytes.get_ref());
        let mut addresses = Vec::new();
        for (n, http) in [(1, &guest.http), (2, &mei.http)] {
            let stored = http
                .request("POST", "/api/v1/conversation/files", Some((&kind, &form)))
                .await
                .expect(201)
                .json();
            let frame = ClientFrame::Send {
                thread: Some(guest.thread.clone()),
                client_id: id(n),
                kind: yingke_api::ws::protocol::MessageKind::Image,
                text: String::new(),
                file: stored["file"].as_str().map(str::to_owned),
                quote: None,
                card: None,
                overrule: false,
            };
            let sender = if n == 1 { &mut widget } else { &mut desk };
            sender.say(&frame).await;
            // A text that is sent right behind a picture stays behind it.
            sender
                .send_as(Some(&guest.thread), &id(n + 10), &format!("图{n}"))
                .await;
            let seq = sender.acked(&id(n)).await.unwrap();
            assert_eq!(sender.acked(&id(n + 10)).await, Ok(seq + 1));
            for socket in [&mut widget, &mut desk] {
                let image = socket
                    .until("the picture", |frame| match frame {
                        ServerFrame::Entry { entry, .. } if entry.seq == seq => entry.image.clone(),
                        _ => None,
                    })
                    .await;
                assert_eq!((image.width, image.height), (30, 20));
                let picture = server.http().get(&image.url).await.expect(200);
                assert_eq!(image::load_from_memory(&picture.body).unwrap().width(), 30);
                addresses.push(image.url);
            }
        }
        addresses.sort();
        addresses.dedup();
        assert_eq!(addresses.len(), 4, "two pictures, two viewers");
        // Taken back: the picture is gone with the words, from the history of both.
        let entries = mei.entries(&guest.thread).await;
        let own = entries
            .iter()
            .find(|e| e["kind"] == "image" && e["from"] == "agent")
            .unwrap();
        let _back = mei
            .act(&guest.thread, "recall", &json!({ "seq": own["seq"] }))
            .await
            .expect(200);
        for entries in [guest.entries().await, mei.entries(&guest.thread).await] {
            let entry = entries.iter().find(|e| e["seq"] == own["seq"]).unwrap();
            assert!(
                entry.get("image").is_none() && entry["recalled"] == true,
                "{entry}"
            );
        }
        server.stop().await;
    }
);
