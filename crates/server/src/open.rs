//! Opening a house from the command line's words.

use crate::args::House as Words;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::sync::Arc;
use yingke_app::{House, HouseConfig};
use yingke_domain::policy::{Policy, PolicyBook};
use yingke_kernel::SystemClock;
use yingke_store::Target;

/// The policies of the files; none named = the house's own versions on top of the built-in policy.
pub(crate) fn policies(words: &Words) -> Result<Option<PolicyBook>> {
    if words.policy.is_empty() {
        return Ok(None);
    }
    let mut policies = Vec::new();
    for file in &words.policy {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the policy {}", file.display()))?;
        policies.push(Policy::parse(&text).with_context(|| format!("the policy {}", file.display()))?);
    }
    Ok(Some(PolicyBook::new(policies)?))
}

/// Makes the folder, readable by its owner only.
pub(crate) fn make_folder(data: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(|| format!("cannot make the data folder {}", data.display()))
}

/// The database that the words name.
pub(crate) fn target(words: &Words) -> Result<Target> {
    match &words.database {
        None => Ok(Target::Sqlite {
            path: words.data.join("yingke.db"),
        }),
        Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(Target::Postgres {
                url: url.clone(),
                lanes: 4,
            })
        }
        Some(url) => bail!("--database takes postgres://user:password@host/name, not {url:?}"),
    }
}

/// Opens the house; migrations run by themselves.
pub(crate) fn house(words: &Words, public_url: &str) -> Result<House> {
    make_folder(&words.data)?;
    let config = HouseConfig {
        data_dir: words.data.clone(),
        target: target(words)?,
        clock: Arc::new(SystemClock),
        policy: policies(words)?,
        public_url: public_url.trim_end_matches('/').to_owned(),
    };
    House::open(config).map_err(|problem| anyhow::anyhow!("{}", problem.detail))
}
