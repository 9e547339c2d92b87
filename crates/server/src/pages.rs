//! The pages inside the binary.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Dist;

/// A page or asset by its path, with an entity tag.
pub(crate) fn get(path: &str) -> Option<yingke_api::Page> {
    let file = Dist::get(path)?;
    let tag = file.metadata.sha256_hash()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    Some((file.data, tag))
}
