//! Prints `openapi.json`; `cargo xtask gen` writes it down.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    std::io::stdout().write_all(yingke_api::openapi::document()?.as_bytes())?;
    Ok(())
}
