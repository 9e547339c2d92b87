//! Prints `openapi.json`; `cargo xtask gen` writes it down.
#![expect(clippy::print_stdout, reason = "stdout is the result")]

fn main() -> Result<(), serde_json::Error> {
    print!("{}", yingke_api::openapi::document()?);
    Ok(())
}
