//! Secrets that are shown once and stored hashed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A new secret of 256 bits, safe in addresses.
pub fn new_secret() -> String {
    let mut bytes = [0u8; 32];
    // Without the system's source of chance no secret can be made; stopping is the only honest answer.
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a secret. The secrets have 256 bits of their own, so a plain hash is enough.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
