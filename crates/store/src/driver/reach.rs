//! How PostgreSQL is reached: the address, and TLS as its own clients understand `sslmode`.
//!
//! `prefer` (what an address without the word means) takes TLS if the server offers it and proves nothing; `require` insists on
//! it, and proves the certificate if `sslrootcert` names whom to trust; `verify-ca` and `verify-full` prove it always, the latter
//! with the host's name, against `sslrootcert` or, without one or with `system`, against those whom this machine trusts.

use super::error::{Result, StoreError};
use postgres::config::SslMode;
use postgres::{Client, Config, NoTls};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;

/// An address that has been read.
#[derive(Clone)]
pub(crate) struct Reach {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

/// How much the server must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Nothing,
    Signed,
    SignedAndNamed,
}

impl Reach {
    /// # Errors
    /// `Refused` with how an address is written, or which certificate file cannot be read.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let (rest, words) = take_words(url)?;
        let mut config: Config = rest.parse().map_err(|e| {
            StoreError::Refused(format!(
                "the database address cannot be read ({e}); wanted postgres://user:password@host/database"
            ))
        })?;
        let roots = words.root.as_deref();
        let proof = match words.mode.as_deref() {
            None | Some("prefer" | "allow") => {
                config.ssl_mode(SslMode::Prefer);
                Proof::Nothing
            }
            Some("disable") => {
                config.ssl_mode(SslMode::Disable);
                Proof::Nothing
            }
            Some("require") => {
                config.ssl_mode(SslMode::Require);
                match roots {
                    Some(_) => Proof::Signed,
                    None => Proof::Nothing,
                }
            }
            Some("verify-ca") => {
                config.ssl_mode(SslMode::Require);
                Proof::Signed
            }
            Some("verify-full") => {
                config.ssl_mode(SslMode::Require);
                Proof::SignedAndNamed
            }
            Some(other) => {
                return Err(StoreError::Refused(format!(
                    "sslmode={other} is not known; wanted disable, prefer, require, verify-ca or verify-full"
                )));
            }
        };
        config.application_name("yingke");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            _ => Some(MakeRustlsConnect::new(client(proof, roots)?)),
        };
        Ok(Self { config, tls })
    }

    pub(crate) fn connect(&self) -> std::result::Result<Client, postgres::Error> {
        match &self.tls {
            None => self.config.connect(NoTls),
            Some(tls) => self.config.connect(tls.clone()),
        }
    }
}

/// The words of the address that the driver does not understand itself.
#[derive(Default)]
struct Words {
    mode: Option<String>,
    root: Option<String>,
}

fn take_words(url: &str) -> Result<(String, Words)> {
    let mut words = Words::default();
    let mut take = |key: &str, value: &str| {
        match key {
            "sslmode" => words.mode = Some(value.to_owned()),
            "sslrootcert" => words.root = Some(value.to_owned()),
            _ => return false,
        }
        true
    };
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        // key=value words; a quoted value is the driver's own business.
        let kept: Vec<&str> = url
            .split_whitespace()
            .filter(|word| {
                !word
                    .split_once('=')
                    .is_some_and(|(key, value)| take(key, value.trim_matches('\'')))
            })
            .collect();
        return Ok((kept.join(" "), words));
    }
    let Some((address, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), words));
    };
    let mut kept = Vec::new();
    for word in query.split('&').filter(|word| !word.is_empty()) {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        if !take(key, &unescaped(value)?) {
            kept.push(word);
        }
    }
    let rest = match kept.is_empty() {
        true => address.to_owned(),
        false => format!("{address}?{}", kept.join("&")),
    };
    Ok((rest, words))
}

/// `%2F` is `/`.
fn unescaped(text: &str) -> Result<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits = [bytes.next(), bytes.next()].map(|d| d.and_then(|d| char::from(d).to_digit(16)));
        let [Some(high), Some(low)] = digits else {
            return Err(StoreError::Refused(format!(
                "the database address cannot be read: {text:?} has a % without two digits behind it"
            )));
        };
        out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
    }
    String::from_utf8(out).map_err(|_| {
        StoreError::Refused(format!(
            "the database address cannot be read: {text:?} is no UTF-8"
        ))
    })
}

fn client(proof: Proof, roots: Option<&str>) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let failed = |e: &dyn std::fmt::Display| StoreError::Refused(format!("TLS cannot be set up: {e}"));
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|e| failed(&e))?;
    let verifier: Arc<dyn ServerCertVerifier> = match proof {
        Proof::Nothing => Arc::new(Signed {
            roots: None,
            provider,
        }),
        Proof::Signed => Arc::new(Signed {
            roots: Some(trusted(roots)?),
            provider,
        }),
        Proof::SignedAndNamed => {
            WebPkiServerVerifier::builder_with_provider(Arc::new(trusted(roots)?), provider)
                .build()
                .map_err(|e| failed(&e))?
        }
    };
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

/// Whom to trust: the file's certificates, or those of this machine.
fn trusted(file: Option<&str>) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    match file {
        Some(file) if file != "system" => {
            let refused = |what: &dyn std::fmt::Display| {
                StoreError::Refused(format!(
                    "sslrootcert={file}: {what}; wanted a PEM file with the certificate that signed the server's"
                ))
            };
            let found = CertificateDer::pem_file_iter(Path::new(file)).map_err(|e| refused(&e))?;
            for certificate in found {
                store
                    .add(certificate.map_err(|e| refused(&e))?)
                    .map_err(|e| refused(&e))?;
            }
            if store.is_empty() {
                return Err(refused(&"no certificate in it"));
            }
        }
        _ => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if store.is_empty() {
                return Err(StoreError::Refused(
                    "this machine trusts nobody, so the server's certificate cannot be proven; install ca-certificates, or name a file with sslrootcert"
                        .to_owned(),
                ));
            }
        }
    }
    Ok(store)
}

/// The server holds the key of its certificate, and, with `roots`, somebody trusted signed that; whose name it bears is not asked.
#[derive(Debug)]
struct Signed {
    roots: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Signed {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_tls_are_taken_out_of_the_address() {
        let (rest, words) = take_words(
            "postgres://u:p@h/d?sslmode=verify-full&connect_timeout=3&sslrootcert=%2Fetc%2Fca.pem",
        )
        .unwrap();
        assert_eq!(rest, "postgres://u:p@h/d?connect_timeout=3");
        assert_eq!(words.mode.as_deref(), Some("verify-full"));
        assert_eq!(words.root.as_deref(), Some("/etc/ca.pem"));
        let (rest, words) = take_words("host=h sslmode=require dbname=d").unwrap();
        assert_eq!(
            (rest.as_str(), words.mode.as_deref()),
            ("host=h dbname=d", Some("require"))
        );
        assert!(take_words("postgres://h/d?sslrootcert=%2").is_err());
    }

    #[test]
    fn a_mode_or_a_file_that_is_none_is_named() {
        let said = |url: &str| match Reach::parse(url) {
            Err(StoreError::Refused(text)) => text,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("{url} was taken"),
        };
        assert!(said("postgres://h/d?sslmode=full").contains("verify-full"));
        assert!(said("postgres://h/d?sslmode=verify-full&sslrootcert=/nowhere.pem").contains("/nowhere.pem"));
        assert!(said("postgres://h:port/d").contains("cannot be read"));
        assert!(
            Reach::parse("postgres://h/d?sslmode=disable")
                .unwrap()
                .tls
                .is_none()
        );
        assert!(
            Reach::parse("postgres://h/d?sslmode=require")
                .unwrap()
                .tls
                .is_some()
        );
    }
}
