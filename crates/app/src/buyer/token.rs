//! HS256 tokens by which a shop's own site says who the buyer is: `{shop, buyer, name?, exp, jti}`.

use crate::{Problem, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use yingke_kernel::{ProblemKind, Stamp};

/// What a token says.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct KnownBuyer {
    /// Shop code.
    pub shop: String,
    /// The buyer's id on the shop's site.
    pub buyer: String,
    /// Name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// End, seconds since 1970.
    pub exp: i64,
    /// Id of the token; each is used once.
    pub jti: String,
}

#[derive(serde::Deserialize)]
struct Header {
    alg: String,
}

fn mac(secret: &[u8], signed: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(signed.as_bytes());
    Some(mac)
}

fn bad(detail: &str) -> Problem {
    Problem::new(ProblemKind::Unauthenticated, "token_bad", detail)
}

/// Signs a token, as the shop's site does.
pub fn sign(claims: &KnownBuyer, secret: &[u8]) -> Option<String> {
    let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).ok()?);
    let signed = format!(
        "{}.{body}",
        URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#)
    );
    let tag = mac(secret, &signed)?.finalize().into_bytes();
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)))
}

/// Checks a token; only HS256 counts, whatever its header says.
pub(super) fn verify(
    token: &str,
    secret: &[u8],
    shop: &str,
    now: Stamp,
    max_secs: i64,
) -> Result<KnownBuyer> {
    let mut parts = token.split('.');
    let (Some(head), Some(body), Some(tag), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(bad("a buyer token has three parts with dots between them"));
    };
    let decode = |part: &str| {
        URL_SAFE_NO_PAD
            .decode(part)
            .map_err(|_| bad("a part of the buyer token is not base64url"))
    };
    let header: Header = serde_json::from_slice(&decode(head)?)
        .map_err(|_| bad("the header of the buyer token is not JSON"))?;
    if header.alg != "HS256" {
        return Err(bad("a buyer token must be signed with HS256"));
    }
    let mac = mac(secret, &format!("{head}.{body}")).ok_or_else(|| bad("the shop has no key"))?;
    mac.verify_slice(&decode(tag)?)
        .map_err(|_| bad("the signature of the buyer token is wrong; sign it with the shop's key"))?;
    let claims: KnownBuyer = serde_json::from_slice(&decode(body)?)
        .map_err(|_| bad("the buyer token must hold shop, buyer, exp and jti"))?;
    if claims.shop != shop || claims.buyer.is_empty() || claims.jti.is_empty() {
        return Err(bad("the buyer token is for another shop, or names no buyer"));
    }
    let left = claims.exp - now.micros() / 1_000_000;
    if left <= 0 {
        return Err(bad("the buyer token is over; sign a new one for each page"));
    }
    if left > max_secs {
        return Err(bad(
            "the buyer token lives too long; exp must come within ten minutes",
        ));
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"key of the shop";

    fn claims() -> KnownBuyer {
        KnownBuyer {
            shop: "main".into(),
            buyer: "42".into(),
            name: Some("安娜".into()),
            exp: 1_600,
            jti: "a".into(),
        }
    }

    #[test]
    fn a_good_token_is_taken_and_each_fault_is_not() {
        let now = Stamp::from_secs(1_300);
        let good = sign(&claims(), KEY).unwrap();
        assert_eq!(verify(&good, KEY, "main", now, 600).unwrap().buyer, "42");
        assert!(verify(&good, b"another key", "main", now, 600).is_err());
        assert!(verify(&good, KEY, "other", now, 600).is_err());
        assert!(verify(&good, KEY, "main", Stamp::from_secs(1_600), 600).is_err());
        assert!(verify(&good, KEY, "main", Stamp::from_secs(10), 600).is_err());
        assert!(verify(&format!("{good}x"), KEY, "main", now, 600).is_err());
        let none = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(br#"{"alg":"none"}"#),
            good.split('.').nth(1).unwrap()
        );
        assert!(verify(&none, KEY, "main", now, 600).is_err());
    }
}
