//! `yingke shop`: make a shop, or set what it may set for itself.

use super::Answer;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use yingke_app::{House, shop};
use yingke_kernel::ShopId;
use yingke_store::shop::ShopRow;

/// What is to be set; what is not named stays.
#[derive(Debug, Default, Serialize, Deserialize, clap::Args)]
pub(crate) struct Words {
    /// Short name of the shop; without one, all shops are listed.
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// Name that buyers see.
    #[arg(long)]
    name: Option<String>,
    /// Time zone, e.g. Asia/Shanghai.
    #[arg(long)]
    zone: Option<String>,
    /// Sites that may carry the chat, e.g. https://shop.example.com; replaces the list, `--site ""` empties it.
    #[arg(long, value_name = "ORIGIN")]
    site: Vec<String>,
    /// First words of the chat.
    #[arg(long)]
    welcome: Option<String>,
    /// What the chat says when nobody is online.
    #[arg(long)]
    offline: Option<String>,
    /// Colour of the chat, #rrggbb.
    #[arg(long)]
    color: Option<String>,
    /// Line that new conversations of a channel wait for, e.g. web=presale; `web=` takes it away.
    #[arg(long, value_name = "CHANNEL=LINE")]
    line: Vec<String>,
    /// Show the key with which the shop's own site signs the tokens of known buyers (hexadecimal).
    #[arg(long)]
    key: bool,
}

/// Does it.
pub(crate) async fn run(house: &House, words: Words) -> Result<Answer> {
    if let Some(code) = &words.code {
        set(house, code, &words).await?;
    }
    let directory = house.directory();
    let shops: Vec<_> = directory
        .shops()
        .iter()
        .filter(|s| words.code.as_ref().is_none_or(|code| *code == s.code))
        .map(|s| {
            let mut shop = json!({
                "code": s.code, "name": s.name, "zone": s.zone_name, "sites": s.settings.sites,
                "welcome": s.settings.welcome, "offline": s.settings.offline, "color": s.settings.color,
                "lines": s.settings.lines.iter().map(|(channel, line)| format!("{channel}={line}")).collect::<Vec<_>>(),
            });
            if words.key {
                let key: String = s.secret.iter().map(|b| format!("{b:02x}")).collect();
                shop["key"] = json!(key);
            }
            shop
        })
        .collect();
    Ok(Answer::done(json!(shops), false))
}

async fn set(house: &House, code: &str, words: &Words) -> Result<()> {
    let directory = house.directory();
    let known = directory.shop_by_code(code);
    if known.is_none() {
        shop::check_code(code).map_err(super::detail)?;
    }
    let mut settings = known.map(|s| s.settings.clone()).unwrap_or_default();
    if !words.site.is_empty() {
        settings.sites.clone_from(&words.site);
    }
    if let Some(welcome) = &words.welcome {
        settings.welcome.clone_from(welcome);
    }
    if let Some(offline) = &words.offline {
        settings.offline.clone_from(offline);
    }
    if let Some(color) = &words.color {
        settings.color = Some(color.clone());
    }
    let mut lines = (*settings.lines).clone();
    for pair in &words.line {
        let (channel, line) = pair
            .split_once('=')
            .with_context(|| format!("--line takes CHANNEL=LINE, not {pair:?}"))?;
        if line.is_empty() {
            lines.remove(channel);
        } else {
            lines.insert(channel.to_owned(), line.to_owned());
        }
    }
    settings.lines = Arc::new(lines);
    let zone = words
        .zone
        .clone()
        .or(known.map(|s| s.zone_name.clone()))
        .unwrap_or_else(|| "Asia/Shanghai".to_owned());
    settings.tidy();
    settings.check().map_err(super::detail)?;
    shop::check_zone(&zone).map_err(super::detail)?;
    let row = ShopRow {
        id: known.map_or_else(|| ShopId::new(house.now()), |s| s.id),
        code: code.to_owned(),
        name: words
            .name
            .clone()
            .or(known.map(|s| s.name.clone()))
            .unwrap_or_else(|| code.to_owned()),
        zone,
        settings: serde_json::to_string(&settings)?,
        secret: known.map_or_else(
            || yingke_app::secret_hash(&yingke_app::new_secret()).to_vec(),
            |s| s.secret.clone(),
        ),
    };
    yingke_app::access::add_shop(house, row)
        .await
        .map_err(super::detail)
}
