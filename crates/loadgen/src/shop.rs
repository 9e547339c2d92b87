//! The people of the shop, made as people make them: one-time links, invitations, greetings.

use crate::http::Http;
use crate::server::{Launch, Server};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Sockets that are opened side by side.
pub(crate) const ABREAST: usize = 16;

/// A person of the shop, signed in.
pub(crate) struct Member {
    pub(crate) id: String,
    /// Session cookie.
    pub(crate) cookie: String,
    pub(crate) http: Http,
}

/// A buyer who has greeted.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) thread: String,
    /// Guest cookie.
    pub(crate) cookie: String,
}

async fn enter(server: SocketAddr, token: &str, form: Value) -> Result<Member> {
    let mut http = Http::new(server);
    let mut body = form;
    body["token"] = token.into();
    let reply = http.must("POST", "/api/v1/access/link", Some(&body)).await?;
    let cookie = reply.cookie.context("signing in gave no cookie")?;
    http.cookie = Some(cookie.clone());
    let id = reply.body["person"]
        .as_str()
        .context("signing in gave no person")?
        .to_owned();
    Ok(Member { id, cookie, http })
}

/// Makes the owner's account by the link that the first start printed.
pub(crate) async fn owner(server: &Server) -> Result<Member> {
    enter(
        server.address,
        &server.owner_token()?,
        json!({ "login": "owner", "name": "Owner", "password": "only for the load" }),
    )
    .await
}

/// Signs the owner in by a link of the program's own command; makes the account if there is none.
pub(crate) async fn owner_by_command(server: &Server, launch: &Launch) -> Result<Member> {
    let ask = |words: &[&str]| -> Result<Option<String>> {
        let done = launch
            .command(words)
            .output()
            .context("the program could not be asked for a link")?;
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        Ok(text
            .split_once("/in#")
            .and_then(|(_, rest)| rest.split_whitespace().next())
            .map(str::to_owned))
    };
    let form = json!({ "login": "owner", "name": "Owner", "password": "only for the load" });
    match ask(&["link"])? {
        Some(token) => enter(server.address, &token, form).await,
        None => {
            let token = ask(&["link", "owner"])?.context("the program gave no link for the owner")?;
            enter(server.address, &token, json!({})).await
        }
    }
}

/// Invites agents, who accept, and go online.
pub(crate) async fn agents(
    owner: &mut Member,
    server: SocketAddr,
    count: usize,
    capacity: usize,
) -> Result<Vec<Member>> {
    let mut agents = Vec::with_capacity(count);
    for i in 0..count {
        let login = format!("agent{i}");
        let who =
            json!({ "name": format!("客服{i:02}"), "login": login, "role": "agent", "capacity": capacity });
        let invited = owner
            .http
            .must("POST", "/api/v1/access/people", Some(&who))
            .await?;
        let link = invited.body["link"]
            .as_str()
            .context("an invitation without a link")?;
        let token = link.split_once('#').map_or(link, |(_, token)| token);
        agents.push(enter(server, token, json!({ "password": "only for the load" })).await?);
    }
    Ok(agents)
}

/// Online; a desk must be connected, or its lease runs out.
pub(crate) async fn go_online(agents: &mut [Member]) -> Result<()> {
    for agent in agents {
        agent
            .http
            .must(
                "POST",
                "/api/v1/presence/state",
                Some(&json!({ "state": "online" })),
            )
            .await?;
    }
    Ok(())
}

/// Buyers who open the shop's page.
pub(crate) async fn visitors(server: SocketAddr, count: usize) -> Result<Vec<Visitor>> {
    let mut http = Http::new(server);
    let mut visitors = Vec::with_capacity(count);
    for _ in 0..count {
        let reply = http
            .must("POST", "/api/v1/widget/hello", Some(&json!({ "shop": "main" })))
            .await?;
        let thread = reply.body["thread"]
            .as_str()
            .context("a greeting without a thread")?
            .to_owned();
        let token = reply.body["token"]
            .as_str()
            .context("a greeting without a secret")?;
        visitors.push(Visitor {
            thread,
            cookie: format!("yk_guest_main={token}"),
        });
    }
    Ok(visitors)
}
