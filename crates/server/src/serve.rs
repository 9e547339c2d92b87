//! Wiring: the house, its background jobs, the pages, the sockets; and a graceful stop.

use crate::args::Serve;
use crate::{local, open, pages};
use anyhow::{Context, Result};
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yingke_api::{ApiConfig, Pages};
use yingke_app::House;
use yingke_app::backup::Schedule;
use yingke_domain::policy::TimeOfDay;

/// `yingke serve`.
pub(crate) fn run(words: Serve) -> Result<ExitCode> {
    if local::connect(&words.house.data).is_some() {
        anyhow::bail!(
            "a server runs on {} already; stop it first",
            words.house.data.display()
        );
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "starting");
    schedule(&words)?;
    if let Some(address) = words.metrics.filter(|address| !address.ip().is_loopback())
        && !words.metrics_open
    {
        anyhow::bail!(
            "--metrics {address} can be reached from other machines, and asks nobody who they are: use 127.0.0.1, or say --metrics-open"
        );
    }
    let listener = bind(words.listen)
        .with_context(|| format!("cannot listen on {}; choose another --listen", words.listen))?;
    let address = listener.local_addr()?;
    let public_url = words
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{address}"));
    // Opened outside the runtime: migrations and first reads block.
    let house = open::house(&words.house, &public_url)?;
    runtime()?.block_on(async {
        if let Some(link) = yingke_app::access::owner_link(&house).await.map_err(|p| anyhow::anyhow!("{}", p.detail))? {
            eprintln!("\nThis house has no owner yet. Open this link once, within a day, to make the owner's account:\n\n  {link}\n");
        }
        let server = Running::start(house, TcpListener::from_std(listener)?, &words).await?;
        let signal = wait_for_signal();
        tracing::info!(%address, url = %public_url, "ready");
        // For whoever starts this program and waits for it: the one line on standard output.
        {
            use std::io::Write;
            let _ = writeln!(std::io::stdout(), "ready {public_url}");
        }
        signal.await;
        tracing::info!("stopping");
        server.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// When and where to make the daily backup.
fn schedule(words: &Serve) -> Result<Option<Schedule>> {
    let Some(at) = &words.backup_at else {
        if words.backup_dir.is_some() {
            anyhow::bail!("--backup-dir is for daily backups: say when with --backup-at 03:30");
        }
        return Ok(None);
    };
    let at = TimeOfDay::parse(at)
        .with_context(|| format!("--backup-at takes a time of day like 03:30, not {at:?}"))?;
    Ok(Some(Schedule {
        at,
        folder: words.backup_dir.clone(),
        keep: usize::try_from(words.backup_keep).unwrap_or(usize::MAX),
    }))
}

/// A listener that the runtime can take over.
pub(crate) fn bind(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The runtime of a server.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("yingke")
        .build()?)
}

/// A server that runs.
pub(crate) struct Running {
    house: House,
    hub: yingke_api::Hub,
    stop: CancellationToken,
    jobs: TaskTracker,
}

impl Running {
    /// Starts everything; returns when requests are answered.
    pub(crate) async fn start(house: House, listener: TcpListener, words: &Serve) -> Result<Self> {
        let stop = CancellationToken::new();
        let jobs = TaskTracker::new();
        jobs.spawn(yingke_app::routing::run(house.clone(), stop.clone()));
        jobs.spawn(yingke_app::metric::run(house.clone(), stop.clone()));
        jobs.spawn(yingke_app::search::run(house.clone(), stop.clone()));
        jobs.spawn(yingke_app::retention::run(house.clone(), stop.clone()));
        jobs.spawn(yingke_app::duty::run(house.clone(), stop.clone()));
        let (local_house, data, local_stop) = (house.clone(), words.house.data.clone(), stop.clone());
        jobs.spawn(async move {
            if let Err(error) = local::serve(local_house, data, local_stop).await {
                tracing::error!(%error, "commands on this folder cannot reach the server");
            }
        });
        let config = ApiConfig {
            public_url: house.public_url().to_owned(),
            trusted_proxy: words.trusted_proxy.clone(),
            flood_limits: !words.no_flood_limits,
            show_shop: words.show_shop,
            sockets_per_address: words.max_sockets,
            ..ApiConfig::default()
        };
        let (router, hub) = yingke_api::router(house.clone(), config, Pages { get: pages::get });
        if let Some(address) = words.metrics {
            let listener = TcpListener::bind(address)
                .await
                .with_context(|| format!("cannot listen on {address}; choose another --metrics"))?;
            let backups = words
                .backup_dir
                .clone()
                .into_iter()
                .chain([yingke_app::backup::folder(&words.house.data)]);
            let metrics = yingke_api::metrics(house.clone(), hub.clone(), backups.collect());
            let ended = stop.clone();
            jobs.spawn(async move {
                let served = axum::serve(listener, metrics)
                    .with_graceful_shutdown(async move { ended.cancelled().await });
                if let Err(error) = served.await {
                    tracing::error!(%error, "the numbers are not given out any more");
                }
            });
        }
        if let Some(schedule) = schedule(words)? {
            jobs.spawn(yingke_app::backup::run(house.clone(), schedule, stop.clone()));
        }
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let listening = stop.clone();
        // Small frames go out at once: waiting for more to send beside them costs 40 ms at the other end's mercy.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection stays slow");
            }
        });
        jobs.spawn(async move {
            let served = axum::serve(listener, service)
                .with_graceful_shutdown(async move { listening.cancelled().await })
                .await;
            if let Err(error) = served {
                tracing::error!(%error, "the listener failed");
            }
        });
        jobs.close();
        Ok(Self {
            house,
            hub,
            stop,
            jobs,
        })
    }

    /// Says goodbye to every connection, finishes what was accepted, closes the store.
    pub(crate) async fn stop(self) {
        self.hub.stop().await;
        self.stop.cancel();
        if tokio::time::timeout(std::time::Duration::from_secs(10), self.jobs.wait())
            .await
            .is_err()
        {
            tracing::warn!("some connections did not end within 10 s; they are cut");
        }
        self.house.close();
    }
}

/// Ctrl+C or SIGTERM. Heard from the call on: whoever has been told "ready" may stop the server at once.
pub(crate) fn wait_for_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn heard(signal: std::io::Result<Signal>) {
        match signal {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::error!(%error, "a signal to stop cannot be heard");
                std::future::pending().await
            }
        }
    }
    let (int, term) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        tokio::select! {
            () = heard(int) => {}
            () = heard(term) => {}
        }
    }
}
