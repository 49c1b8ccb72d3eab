//! Who may call, and how often.
//!
//! A caller shows a bearer key. Of keys only SHA-256 digests are kept; a presented one is compared with all of them in constant time. If `page.open` is set, a
//! request of the page itself needs no key but counts against its address.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::problem::{LIMITED, Problem, UNAUTHORIZED};
use crate::config::{ApiConfig, PageConfig};

/// The other end of a connection. The server puts it into the extensions of every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Whom a request was admitted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller<'a> {
    /// The holder of the key with this name.
    Holder(&'a str),
    /// A person on the page, without a key.
    Visitor,
}

/// The header by which the page marks its requests. A browser sends it to another site only after asking that site, and we never say yes: so other sites
/// cannot spend the allowance of their visitors here.
pub const PAGE_HEADER: &str = "x-support-triage-page";

/// Keys and limits, made once from the configuration.
#[derive(Debug)]
pub struct Access {
    keys: Vec<Key>,
    /// `None` if the page asks for a key.
    visitors: Option<ByAddress>,
    /// Attempts without a good key.
    strangers: ByAddress,
    proxies: Vec<IpAddr>,
    clock: DefaultClock,
}

#[derive(Debug)]
struct Key {
    name: String,
    digest: [u8; 32],
    limiter: DefaultDirectRateLimiter,
}

impl Access {
    /// Access as configured.
    pub fn new(api: &ApiConfig, page: &PageConfig) -> Access {
        let keys = api.keys.iter().map(|key| Key {
            name: key.name.clone(),
            digest: Sha256::digest(key.key.reveal()).into(),
            limiter: RateLimiter::direct(quota(Duration::from_secs_f64(1.0 / key.per_second), key.burst)),
        });
        let per_minute = |requests: u32, burst| quota(Duration::from_secs(60) / requests.max(1), burst);
        Access {
            keys: keys.collect(),
            visitors: (page.enabled && page.open).then(|| ByAddress::new(per_minute(page.per_minute, page.burst))),
            strangers: ByAddress::new(per_minute(60, 30)),
            proxies: api.trusted_proxies.iter().map(|address| address.to_canonical()).collect(),
            clock: DefaultClock::default(),
        }
    }

    /// Whether the page works without a key.
    pub fn is_open(&self) -> bool {
        self.visitors.is_some()
    }

    /// Admits a request or says why not.
    pub(crate) fn admit(&self, headers: &HeaderMap, peer: Option<Peer>) -> Result<Caller<'_>, Problem> {
        let address = self.address(headers, peer);
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let Some(key) = value.to_str().ok().and_then(bearer).and_then(|key| self.find(key)) else {
                self.strangers.count(address, &self.clock)?;
                return Err(Problem::new(UNAUTHORIZED, "the header Authorization has no key that is known here"));
            };
            let clock = &self.clock;
            key.limiter.check().map_err(|until| limited(until.wait_time_from(clock.now()), "this key has a limit of requests"))?;
            return Ok(Caller::Holder(&key.name));
        }
        match &self.visitors {
            Some(visitors) if is_of_page(headers) => {
                visitors.count(address, &self.clock)?;
                Ok(Caller::Visitor)
            }
            _ => {
                self.strangers.count(address, &self.clock)?;
                Err(Problem::new(UNAUTHORIZED, "send the header Authorization: Bearer, and the key after it"))
            }
        }
    }

    /// Compares with every key, so that the time taken tells nothing.
    fn find(&self, presented: &str) -> Option<&Key> {
        let digest = Sha256::digest(presented);
        let mut found = None;
        for key in &self.keys {
            if bool::from(key.digest.ct_eq(digest.as_slice())) {
                found = Some(key);
            }
        }
        found
    }

    /// Whose request it is: the other end, or what the last trusted proxy saw. An IPv6 address stands for its /64, which one customer has whole.
    fn address(&self, headers: &HeaderMap, peer: Option<Peer>) -> IpAddr {
        let mut address = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |Peer(peer)| peer.ip().to_canonical());
        // Each proxy adds what it saw at the end; the first entry from there that is no proxy of ours is the client, all before it is hearsay.
        let forwarded: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
        for seen in forwarded.iter().rev() {
            if !self.proxies.contains(&address) {
                break;
            }
            let Ok(seen) = seen.trim().parse::<IpAddr>() else { break };
            address = seen.to_canonical();
        }
        match address {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
            IpAddr::V4(_) => address,
        }
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// Whether a browser sent this from our own page. Programs can forge it; the limit by address is for them.
fn is_of_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let same_site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let host = text("host").unwrap_or("");
    let same_origin = text("origin").is_none_or(|origin| origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host)));
    headers.contains_key(PAGE_HEADER) && same_site && same_origin
}

fn quota(period: Duration, burst: u32) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    // A period of zero is refused; a nanosecond is as good as no limit.
    Quota::with_period(period.max(Duration::from_nanos(1))).unwrap_or(Quota::per_second(burst)).allow_burst(burst)
}

fn limited(pause: Duration, what: &str) -> Problem {
    Problem::new(LIMITED, format!("{what}; try again in {} s", pause.as_secs() + 1)).after(pause)
}

/// A limit for each address, in bounded memory.
#[derive(Debug)]
struct ByAddress {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    tidied: std::sync::Mutex<Instant>,
}

/// Addresses remembered before those at rest are forgotten.
const TIDY: usize = 4_096;
/// Addresses remembered at most; over that, a new one has to wait.
const ADDRESSES: usize = 100_000;

impl ByAddress {
    fn new(quota: Quota) -> ByAddress {
        ByAddress { limiter: RateLimiter::keyed(quota), tidied: std::sync::Mutex::new(Instant::now()) }
    }

    fn count(&self, address: IpAddr, clock: &DefaultClock) -> Result<(), Problem> {
        if self.limiter.len() > TIDY {
            let mut tidied = self.tidied.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            if tidied.elapsed() > Duration::from_secs(1) {
                *tidied = Instant::now();
                self.limiter.retain_recent();
                self.limiter.shrink_to_fit();
            }
            if self.limiter.len() > ADDRESSES {
                return Err(limited(Duration::from_secs(30), "too many addresses at once"));
            }
        }
        self.limiter.check_key(&address).map_err(|until| limited(until.wait_time_from(clock.now()), "this address has a limit of requests"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ApiKey, Secret};

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn access(open: bool) -> Access {
        let key = ApiKey { name: "crm".into(), key: Secret::new(KEY), per_second: 0.001, burst: 2 };
        let api = ApiConfig { keys: vec![key], trusted_proxies: vec!["10.0.0.1".parse().unwrap()], ..ApiConfig::default() };
        Access::new(&api, &PageConfig { enabled: true, open, per_minute: 1, burst: 2 })
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn peer(address: &str) -> Option<Peer> {
        Some(Peer(SocketAddr::new(address.parse().unwrap(), 1)))
    }

    #[test]
    fn only_the_whole_key_opens_and_only_as_often_as_allowed() {
        let access = access(false);
        for wrong in [
            format!("Bearer {}", &KEY[1..]),
            format!("Bearer {KEY}0"),
            KEY.into(),
            format!("Basic {KEY}"),
            "Bearer".into(),
            "Bearer ".into(),
        ] {
            assert!(access.admit(&headers(&[("authorization", &wrong)]), peer("192.0.2.9")).is_err(), "{wrong}");
        }
        let right = headers(&[("authorization", &format!("bearer {KEY}"))]);
        assert_eq!(access.admit(&right, None).unwrap(), Caller::Holder("crm"));
        assert!(access.admit(&right, None).is_ok());
        assert!(access.admit(&right, None).is_err(), "over the burst");
    }

    #[test]
    fn the_page_needs_no_key_only_if_open_and_only_from_itself() {
        let from_page = headers(&[(PAGE_HEADER, "1"), ("host", "triage.local:8080"), ("origin", "http://triage.local:8080")]);
        assert!(access(false).admit(&from_page, peer("192.0.2.1")).is_err());
        assert_eq!(access(true).admit(&from_page, peer("192.0.2.1")).unwrap(), Caller::Visitor);
        for (name, others) in [
            ("no mark", headers(&[("host", "triage.local")])),
            ("other origin", headers(&[(PAGE_HEADER, "1"), ("host", "triage.local"), ("origin", "http://evil.example")])),
            ("no origin to speak of", headers(&[(PAGE_HEADER, "1"), ("host", "triage.local"), ("origin", "null")])),
            ("other site", headers(&[(PAGE_HEADER, "1"), ("host", "triage.local"), ("sec-fetch-site", "cross-site")])),
        ] {
            assert!(access(true).admit(&others, peer("192.0.2.1")).is_err(), "{name}");
        }
    }

    #[test]
    fn addresses_are_limited_one_by_one_and_only_trusted_proxies_are_believed() {
        let access = access(true);
        let visit = |forwarded: &str, from: &str| {
            let mut all = headers(&[(PAGE_HEADER, "1")]);
            if !forwarded.is_empty() {
                all.insert("x-forwarded-for", forwarded.parse().unwrap());
            }
            access.admit(&all, peer(from)).is_ok()
        };
        assert!(visit("", "192.0.2.1") && visit("", "192.0.2.1") && !visit("", "192.0.2.1"));
        assert!(visit("", "192.0.2.2"), "another address has its own limit");
        assert!(!visit("198.51.100.7", "192.0.2.1"), "not a proxy, so what it says of others does not count");
        assert!(visit("198.51.100.7", "10.0.0.1") && visit("203.0.113.1, 198.51.100.7", "10.0.0.1"));
        assert!(!visit("203.0.113.2, 198.51.100.7", "::ffff:10.0.0.1"), "what stands before the proxy's own entry is hearsay");
        assert!(visit("", "2001:db8::1") && visit("", "2001:db8::2:1") && !visit("", "2001:db8::3"), "one /64, one limit");
    }
}
