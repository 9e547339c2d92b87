//! PostgreSQL over TLS: what each `sslmode` insists on, against a server of its own with a certificate of its own.

use postgres::{Client, NoTls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Arc;
use yingke_store::{Store, StoreConfig, StoreError, health};
use yingke_testkit::postgres as testkit;

/// A server that speaks TLS as `localhost`; gone with this value.
struct Server {
    port: u16,
    ca: PathBuf,
    other_ca: PathBuf,
    _dir: tempfile::TempDir,
    _watchdog: Child,
}

fn issuer(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// `None` where there is no PostgreSQL.
fn server() -> Option<Server> {
    if std::env::var("YINGKE_TEST_POSTGRES").is_ok_and(|url| !url.is_empty()) {
        eprintln!(
            "SKIPPED: TLS is tried against a PostgreSQL that the tests start, not against YINGKE_TEST_POSTGRES"
        );
        return None;
    }
    let Some(bin) = testkit::programs() else {
        eprintln!("SKIPPED: there is no PostgreSQL to speak TLS with");
        return None;
    };
    let (url, watchdog) = testkit::launch(&bin).unwrap();
    let mut client = Client::connect(&url, NoTls).unwrap();
    let folder: String = client.query_one("SHOW data_directory", &[]).unwrap().get(0);
    let folder = Path::new(&folder);
    let (ca, other) = (issuer("ours"), issuer("others"));
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &ca)
        .unwrap();
    let owner = std::fs::metadata(folder).unwrap();
    for (name, text) in [
        ("server.crt", certificate.pem()),
        ("server.key", key.serialize_pem()),
    ] {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    client.execute("ALTER SYSTEM SET ssl = on", &[]).unwrap();
    client
        .batch_execute("CREATE DATABASE house TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        .unwrap();
    client.execute("SELECT pg_reload_conf()", &[]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let [ours, others] = [("ours.pem", ca.pem()), ("others.pem", other.pem())].map(|(name, text)| {
        let file = dir.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    });
    // The reload takes a moment.
    let port = url.rsplit_once(':').unwrap().1.split('/').next().unwrap();
    for _ in 0..200 {
        let on: String = Client::connect(&url, NoTls)
            .unwrap()
            .query_one("SHOW ssl", &[])
            .unwrap()
            .get(0);
        if on == "on" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Some(Server {
        port: port.parse().unwrap(),
        ca: ours,
        other_ca: others,
        _dir: dir,
        _watchdog: watchdog,
    })
}

impl Server {
    /// Opens a store by this host and these words; whether it is encrypted, or why it is refused.
    fn open(&self, host: &str, words: &str) -> Result<bool, String> {
        let url = format!("postgres://postgres@{host}:{}/house?{words}", self.port);
        let store = match Store::open(StoreConfig::postgres(url), Arc::new(|_| {})) {
            Ok(store) => store,
            Err(StoreError::Refused(text)) => return Err(text),
            Err(other) => panic!("{other}"),
        };
        let encrypted = health::look(&store, false).unwrap().encrypted.unwrap();
        store.close();
        Ok(encrypted)
    }
}

#[test]
fn each_sslmode_insists_on_what_it_says() {
    let Some(server) = server() else { return };
    let (ours, others) = (server.ca.display(), server.other_ca.display());
    assert_eq!(server.open("localhost", "sslmode=disable"), Ok(false));
    assert_eq!(server.open("localhost", ""), Ok(true), "offered, so taken");
    assert_eq!(server.open("127.0.0.1", "sslmode=require"), Ok(true));
    for mode in ["require", "verify-ca", "verify-full"] {
        assert_eq!(
            server.open("localhost", &format!("sslmode={mode}&sslrootcert={ours}")),
            Ok(true),
            "{mode}"
        );
        let text = server
            .open("localhost", &format!("sslmode={mode}&sslrootcert={others}"))
            .unwrap_err();
        assert!(text.contains("certificate"), "{mode}: {text}");
    }
    // Signed by ours, but for another name.
    assert_eq!(
        server.open("127.0.0.1", &format!("sslmode=verify-ca&sslrootcert={ours}")),
        Ok(true)
    );
    let text = server
        .open("127.0.0.1", &format!("sslmode=verify-full&sslrootcert={ours}"))
        .unwrap_err();
    assert!(text.contains("name"), "{text}");
    // Nobody whom this machine trusts signed it.
    assert!(
        server
            .open("localhost", "sslmode=verify-full&sslrootcert=system")
            .is_err()
    );
    // A server without TLS is refused, not spoken to in the open.
    let plain = testkit::Cluster::shared().unwrap().database().unwrap().url();
    let glue = if plain.contains('?') { '&' } else { '?' };
    let refused = Store::open(
        StoreConfig::postgres(format!("{plain}{glue}sslmode=require")),
        Arc::new(|_| {}),
    );
    assert!(matches!(refused, Err(StoreError::Refused(text)) if text.contains("TLS")));
}
