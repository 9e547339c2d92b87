//! What became of a file.

use crate::{House, Result};
use yingke_sheets::Refusal;
use yingke_store::Lane;

/// The result of one file, in the shape of the contract.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Outcome {
    /// The file as it was named.
    pub file: String,
    /// `orders`, `chats`, `goods`, `phrases`.
    pub kind: &'static str,
    /// Name of the recognised layout.
    pub layout: String,
    /// Records read.
    pub read: u64,
    /// New ones.
    pub created: u64,
    /// Known ones with other content.
    pub changed: u64,
    /// Known ones, the same.
    pub unchanged: u64,
    /// Conversations that were new (chats only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversations: Option<u64>,
    /// Known ones that the file does not have and that were taken out (phrases, replacing all).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<u64>,
    /// Lines that were not taken, each with its reason.
    pub refused: Vec<Refusal>,
}

impl Outcome {
    pub(crate) fn new(file: &str, kind: &'static str, layout: &str) -> Self {
        Self {
            file: file.to_owned(),
            kind,
            layout: layout.to_owned(),
            read: 0,
            created: 0,
            changed: 0,
            unchanged: 0,
            conversations: None,
            removed: None,
            refused: Vec::new(),
        }
    }

    /// Puts the import on the trail; a dry run leaves none.
    pub(super) async fn audit(&self, house: &House, dry_run: bool) -> Result<()> {
        if dry_run {
            return Ok(());
        }
        let now = house.now();
        let (act, file) = (format!("import.{}", self.kind), self.file.clone());
        let detail = format!(
            "{}: {} read, {} created, {} changed, {} unchanged, {} refused",
            self.layout,
            self.read,
            self.created,
            self.changed,
            self.unchanged,
            self.refused.len()
        );
        house
            .write(Lane::Background, move |tx| {
                crate::access::audited(tx, now, None, &act, &file, &detail)
            })
            .await
    }
}
