//! Memory with buyers who are connected and say nothing.

use crate::Common;
use crate::machine::resident_kib;
use crate::report::Figures;
use crate::server::place;
use crate::shop::{ABREAST, agents, go_online, owner, visitors};
use crate::socket::{Frame, PONG, Socket, resume_frame, send_frame};
use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::time::Duration;
use yingke_kernel::{ClientId, Clock, SystemClock};

/// Connects everybody and prints what the server needs.
pub(crate) fn run(common: &Common, buyers: usize, agent_count: usize, messages: usize) -> Result<()> {
    let place = place(common, None)?;
    let server = place.launch.start()?;
    let runtime = common.runtime()?;
    let mut figures = Figures::default();
    runtime.block_on(async {
        let mib = |kib: u64| kib as f64 / 1024.0;
        let pid = server.pid();
        let empty = settled(pid).await?;
        let mut owner = owner(&server).await?;
        let mut agents = agents(&mut owner, server.address, agent_count, buyers).await?;
        let desks: Vec<Socket> = stream::iter(&agents)
            .map(|agent| Socket::open(server.address, None, &agent.cookie))
            .buffered(ABREAST)
            .try_collect()
            .await?;
        for desk in desks {
            tokio::spawn(idle(desk));
        }
        go_online(&mut agents).await?;
        let visitors = visitors(server.address, buyers).await?;
        // Hashing passwords takes memory for a moment; the allocator gives it back when the threads that did it have ended.
        tokio::time::sleep(Duration::from_secs(20)).await;
        let with_agents = settled(pid).await?;
        let address = server.address;
        let sockets: Vec<Socket> = stream::iter(&visitors)
            .map(|visitor| async move {
                let mut socket = Socket::open(address, Some("main"), &visitor.cookie).await?;
                socket.say(resume_frame(None, -50)).await?;
                for i in 0..messages {
                    let id = ClientId::new(SystemClock.now()).to_string();
                    socket.say(send_frame(None, &id, &format!("在吗 {i}"))).await?;
                    while !socket
                        .next()
                        .await
                        .context("the server closed a buyer's connection")?
                        .starts_with(r#"{"t":"ack""#)
                    {}
                }
                anyhow::Ok(socket)
            })
            .buffered(ABREAST)
            .try_collect()
            .await?;
        let first = resident_kib(pid)?;
        for socket in sockets {
            tokio::spawn(idle(socket));
        }
        let all = settled(pid).await?;
        // A round of pings later.
        tokio::time::sleep(Duration::from_secs(20)).await;
        let later = settled(pid).await?;
        figures
            .set("what", "idle")
            .set("buyers", buyers)
            .set("agents", agent_count)
            .set("messages_each", messages)
            .round("resident_empty_mib", mib(empty), 1)
            .round("resident_agents_and_greetings_mib", mib(with_agents), 1)
            .round("resident_just_connected_mib", mib(first), 1)
            .round("resident_all_mib", mib(all), 1)
            .round("resident_after_pings_mib", mib(later), 1)
            .round(
                "kib_per_buyer",
                later.saturating_sub(with_agents) as f64 / buyers.max(1) as f64,
                1,
            );
        anyhow::Ok(())
    })?;
    figures.print(common.format)?;
    drop(runtime);
    server.stop()
}

/// A page that nobody looks at.
async fn idle(mut socket: Socket) {
    while let Some(text) = socket.next().await {
        let is_ping = serde_json::from_str::<Frame<'_>>(&text).is_ok_and(|frame| frame.t == "ping");
        if is_ping && socket.say(PONG.to_owned()).await.is_err() {
            return;
        }
    }
}

/// Resident memory once the allocator has given back what it will.
async fn settled(pid: u32) -> Result<u64> {
    let mut last = resident_kib(pid)?;
    let mut calm = 0;
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = resident_kib(pid)?;
        calm = if now.abs_diff(last) <= 64 { calm + 1 } else { 0 };
        last = now;
        if calm == 6 {
            break;
        }
    }
    Ok(last)
}
