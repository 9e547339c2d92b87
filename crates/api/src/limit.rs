//! How often one address may try: guessing of secrets and flooding cost the guesser.

use crate::http::Api;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{HeaderMap, request::Parts};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use yingke_kernel::{Problem, ProblemKind, Stamp};

/// Addresses remembered at once by one limit; beyond it those that are full again are forgotten.
const REMEMBERED: usize = 10_000;

/// So many at once, then one more every so many milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) burst: u32,
    pub(crate) every_ms: i64,
}

/// What is left for one caller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    left: u32,
    since: Stamp,
}

impl Bucket {
    pub(crate) const fn full(rate: Rate, now: Stamp) -> Self {
        Self {
            left: rate.burst,
            since: now,
        }
    }

    /// Takes one; false when none is left.
    pub(crate) fn take(&mut self, rate: Rate, now: Stamp) -> bool {
        let step = rate.every_ms.max(1) * 1_000;
        let gained = (now.micros() - self.since.micros()).max(0) / step;
        let left = i64::from(self.left) + gained;
        if left >= i64::from(rate.burst) {
            *self = Self::full(rate, now);
        } else {
            self.left = u32::try_from(left).unwrap_or(rate.burst);
            self.since = Stamp::from_micros(self.since.micros() + gained * step);
        }
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }

    /// Counts anew from now: nothing is left before a whole step has passed without a try. For whoever sends several things that
    /// must stay in order: once one was refused, those right behind it are refused with it instead of overtaking it.
    pub(crate) const fn empty(&mut self, now: Stamp) {
        self.left = 0;
        self.since = now;
    }

    fn is_full_again(&self, rate: Rate, now: Stamp) -> bool {
        let missing = i64::from(rate.burst.saturating_sub(self.left));
        now.micros() - self.since.micros() >= missing * rate.every_ms * 1_000
    }
}

/// One limit over all addresses.
#[derive(Debug)]
struct ByAddress {
    rate: Rate,
    is_on: bool,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

impl ByAddress {
    fn new(burst: u32, every_ms: i64, is_on: bool) -> Self {
        Self {
            rate: Rate { burst, every_ms },
            is_on,
            buckets: Mutex::default(),
        }
    }

    fn take(&self, ip: IpAddr, now: Stamp) -> Result<(), Problem> {
        if !self.is_on {
            return Ok(());
        }
        let mut buckets = self.buckets.lock();
        if buckets.len() >= REMEMBERED {
            let rate = self.rate;
            buckets.retain(|_, bucket| !bucket.is_full_again(rate, now));
        }
        if buckets
            .entry(ip)
            .or_insert_with(|| Bucket::full(self.rate, now))
            .take(self.rate, now)
        {
            return Ok(());
        }
        let secs = (self.rate.every_ms / 1_000).max(1);
        let detail = format!("too many tries from this address; try again in {secs} s");
        Err(Problem::new(ProblemKind::TooMany, "too_many", detail).retry_after(secs))
    }
}

/// Seconds after which somebody with too many sockets may try again.
const SOCKET_RETRY_SECS: i64 = 30;

/// How many sockets an address has open; 0 allowed = as many as it likes.
#[derive(Debug, Default)]
struct Sockets {
    most: usize,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// An open socket; counted until it is dropped.
#[derive(Debug)]
pub(crate) struct OpenSocket {
    ip: IpAddr,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        let mut open = self.open.lock();
        if let Some(count) = open.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.ip);
            }
        }
    }
}

impl Sockets {
    fn take(&self, ip: IpAddr) -> Result<OpenSocket, Problem> {
        let mut open = self.open.lock();
        let count = open.entry(ip).or_insert(0);
        if self.most > 0 && *count >= self.most {
            let detail = format!(
                "this address has {} sockets open already; close some, or raise --max-sockets",
                self.most
            );
            return Err(
                Problem::new(ProblemKind::TooMany, "too_many_sockets", detail).retry_after(SOCKET_RETRY_SECS)
            );
        }
        *count += 1;
        Ok(OpenSocket {
            ip,
            open: Arc::clone(&self.open),
        })
    }
}

/// The limits of the house's doors.
#[derive(Debug)]
pub(crate) struct Limits {
    sign_in: ByAddress,
    link: ByAddress,
    scan: ByAddress,
    hello: ByAddress,
    upload: ByAddress,
    sockets: Sockets,
}

impl Limits {
    /// Technical constants: generous for an office behind one address, useless for guessing. `sockets`: that one address may
    /// have open at once, 0 = any number.
    pub(crate) fn new(is_on: bool, sockets: usize) -> Self {
        Self {
            sockets: Sockets {
                most: if is_on { sockets } else { 0 },
                ..Sockets::default()
            },
            sign_in: ByAddress::new(20, 3_000, is_on),
            link: ByAddress::new(60, 1_000, is_on),
            scan: ByAddress::new(120, 100, is_on),
            hello: ByAddress::new(600, 50, is_on),
            upload: ByAddress::new(30, 2_000, is_on),
        }
    }
    /// One try to sign in with a password.
    pub(crate) fn sign_in(&self, ip: ClientIp, now: Stamp) -> Result<(), Problem> {
        self.sign_in.take(ip.0, now)
    }
    /// One look at, or use of, a one-time link.
    pub(crate) fn link(&self, ip: ClientIp, now: Stamp) -> Result<(), Problem> {
        self.link.take(ip.0, now)
    }
    /// One question how a picture to be scanned stands: each computer of an office asks every second or two.
    pub(crate) fn scan(&self, ip: ClientIp, now: Stamp) -> Result<(), Problem> {
        self.scan.take(ip.0, now)
    }
    /// One greeting of a widget.
    pub(crate) fn hello(&self, ip: ClientIp, now: Stamp) -> Result<(), Problem> {
        self.hello.take(ip.0, now)
    }
    /// One socket, until it is dropped.
    pub(crate) fn socket(&self, ip: ClientIp) -> Result<OpenSocket, Problem> {
        self.sockets.take(ip.0)
    }
    /// One upload of a guest.
    pub(crate) fn upload(&self, ip: ClientIp, now: Stamp) -> Result<(), Problem> {
        self.upload.take(ip.0, now)
    }
}

/// Where a request comes from. `X-Forwarded-For` counts only when the peer is a proxy that we were told to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientIp(pub(crate) IpAddr);

impl FromRequestParts<Api> for ClientIp {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Infallible> {
        // Without a peer (a test that calls the router directly) all callers share one address.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| {
            info.0.ip().to_canonical()
        });
        Ok(Self(whole_site(client(
            peer,
            &parts.headers,
            &api.config.trusted_proxy,
        ))))
    }
}

/// What became of `X-Forwarded-For`: `absent`, `believed`, or `ignored` because the peer is no trusted proxy.
pub(crate) fn forwarded(peer: Option<SocketAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> &'static str {
    let known = peer.is_some_and(|peer| trusted.contains(&peer.ip().to_canonical()));
    match (headers.contains_key("x-forwarded-for"), known) {
        (false, _) => "absent",
        (true, true) => "believed",
        (true, false) => "ignored",
    }
}

/// The first address from the right that is no trusted proxy.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .map(str::trim)
        .collect();
    for text in forwarded.iter().rev() {
        if !trusted.contains(&client) {
            break;
        }
        let Ok(ip) = text.parse::<IpAddr>() else { break };
        client = ip.to_canonical();
    }
    client
}

/// One subscriber has a whole /64 of IPv6.
fn whole_site(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => {
            let s = v6.segments();
            IpAddr::V6(Ipv6Addr::new(s[0], s[1], s[2], s[3], 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 3,
        every_ms: 1_000,
    };

    #[test]
    fn what_comes_right_behind_a_refusal_does_not_overtake_it() {
        let rate = Rate {
            burst: 2,
            every_ms: 500,
        };
        let at = |ms: i64| Stamp::from_micros(ms * 1_000);
        let mut bucket = Bucket::full(rate, at(0));
        let mut taken = Vec::new();
        // Ten in a row, one each 100 ms: a step passes meanwhile, and nothing more is taken.
        for n in 0..10 {
            if bucket.take(rate, at(n * 100)) {
                taken.push(n);
            } else {
                bucket.empty(at(n * 100));
            }
        }
        assert_eq!(taken, [0, 1]);
        assert!(bucket.take(rate, at(1_400)), "a step after the last refusal");
        assert!(!bucket.take(rate, at(1_401)));
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_one_at_a_time() {
        let start = Stamp::from_secs(100);
        let mut bucket = Bucket::full(RATE, start);
        let taken: Vec<bool> = (0..4).map(|_| bucket.take(RATE, start)).collect();
        assert_eq!(taken, [true, true, true, false]);
        assert!(!bucket.take(RATE, Stamp::from_micros(start.micros() + 999_999)));
        assert!(bucket.take(RATE, start.plus_secs(1)));
        assert!(!bucket.take(RATE, start.plus_secs(1)));
        assert!(
            bucket.is_full_again(RATE, start.plus_secs(60))
                && !bucket.is_full_again(RATE, start.plus_secs(2))
        );
    }

    #[test]
    fn one_address_does_not_use_up_the_tries_of_another() {
        let limit = ByAddress::new(1, 1_000, true);
        let now = Stamp::from_secs(1);
        let [a, b] = [[10, 0, 0, 1], [10, 0, 0, 2]].map(IpAddr::from);
        assert!(limit.take(a, now).is_ok());
        assert_eq!(limit.take(a, now).unwrap_err().kind, ProblemKind::TooMany);
        assert!(limit.take(b, now).is_ok());
    }

    #[test]
    fn an_address_has_so_many_sockets_and_one_more_when_one_is_closed() {
        let sockets = Sockets {
            most: 2,
            ..Sockets::default()
        };
        let [a, b] = [[10, 0, 0, 1], [10, 0, 0, 2]].map(IpAddr::from);
        let first = sockets.take(a).unwrap();
        let second = sockets.take(a).unwrap();
        let refused = sockets.take(a).unwrap_err();
        assert_eq!(
            (refused.code, refused.retry_after),
            ("too_many_sockets", Some(SOCKET_RETRY_SECS))
        );
        let other = sockets.take(b).unwrap();
        drop(first);
        let third = sockets.take(a).unwrap();
        drop((second, third, other));
        assert!(sockets.open.lock().is_empty(), "who has none is forgotten");
        let any = Sockets::default();
        let many: Vec<_> = (0..100).map(|_| any.take(a).unwrap()).collect();
        assert_eq!(many.len(), 100);
    }

    #[test]
    fn the_proxys_word_counts_only_from_a_trusted_proxy() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "6.6.6.6, 1.2.3.4".parse().unwrap());
        let proxy = IpAddr::from([10, 0, 0, 9]);
        assert_eq!(client(proxy, &headers, &[]), proxy);
        let peer = Some(SocketAddr::new(proxy, 1));
        assert_eq!(forwarded(peer, &headers, &[]), "ignored");
        assert_eq!(forwarded(peer, &headers, &[proxy]), "believed");
        assert_eq!(forwarded(peer, &HeaderMap::new(), &[proxy]), "absent");
        // What the buyer wrote in front of the proxy's own word does not count.
        assert_eq!(client(proxy, &headers, &[proxy]), IpAddr::from([1, 2, 3, 4]));
    }
}
