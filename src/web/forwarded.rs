//! Where a request comes from and how it was asked for, when proxies stand in between.
//!
//! Proxies pass on what clients write into these headers, so only what a trusted proxy itself adds may count: of a list, the
//! end. `X-Forwarded-…` goes before `Forwarded`, because a proxy that sets one of the two often lets the other through, and
//! nearly all set the first.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HOST, HeaderMap, X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO};

use super::links::is_over_tls;

/// Most entries of such a list that are looked at.
const MOST_HOPS: usize = 32;

/// The address a request comes from: the last one that is no trusted proxy's. None without a connection.
pub fn source(req: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    let mut address = req.peer_addr()?.ip().to_canonical();
    // Most requests come straight from who asks; the headers are taken apart for the others only.
    if !trusted.contains(&address) {
        return Some(address);
    }
    for hop in hops(req.headers()).into_iter().rev().take(MOST_HOPS) {
        if !trusted.contains(&address) {
            break;
        }
        let Some(hop) = ip_of(&hop) else { break };
        address = hop.to_canonical();
    }
    Some(address)
}

/// Whose tries are counted together: an address of IPv4, or the 64 bits of IPv6 that one customer gets.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        four => four,
    }
}

/// Whether the one who asked did so over a protected connection: as a trusted proxy says, or to this server itself.
pub fn is_protected(req: &HttpRequest, trusted: &[IpAddr]) -> bool {
    let said = || value(req.headers(), X_FORWARDED_PROTO.as_str(), "proto");
    let by_proxy = is_trusted(req, trusted).then(said).flatten();
    by_proxy.map_or_else(|| is_over_tls(req), |scheme| scheme.eq_ignore_ascii_case("https"))
}

/// The host that was asked for; empty when nobody named one.
pub fn host(req: &HttpRequest, trusted: &[IpAddr]) -> String {
    let said = || value(req.headers(), X_FORWARDED_HOST.as_str(), "host");
    let own = || req.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    is_trusted(req, trusted).then(said).flatten().unwrap_or_else(own)
}

fn is_trusted(req: &HttpRequest, trusted: &[IpAddr]) -> bool {
    req.peer_addr().is_some_and(|peer| trusted.contains(&peer.ip().to_canonical()))
}

/// Every address that a request is said to have come by, the nearest last.
fn hops(headers: &HeaderMap) -> Vec<String> {
    let listed = list(headers, X_FORWARDED_FOR.as_str());
    if listed.is_empty() { list(headers, FORWARDED.as_str()).iter().filter_map(|entry| part(entry, "for")).collect() } else { listed }
}

/// What the nearest proxy says about one thing.
fn value(headers: &HeaderMap, name: &str, parameter: &str) -> Option<String> {
    list(headers, name).pop().or_else(|| part(&list(headers, FORWARDED.as_str()).pop()?, parameter))
}

/// The entries of a list, which may stand in one line or several.
fn list(headers: &HeaderMap, name: &str) -> Vec<String> {
    // Not only ASCII: what a client puts in front of what the proxy adds must not hide that.
    let lines = headers.get_all(name).map(|line| String::from_utf8_lossy(line.as_bytes()));
    let entries: Vec<String> = lines.flat_map(|line| line.split(',').map(|entry| entry.trim().to_owned()).collect::<Vec<_>>()).collect();
    entries.into_iter().filter(|entry| !entry.is_empty()).collect()
}

/// A parameter of an entry of `Forwarded` (RFC 7239, section 4).
fn part(entry: &str, name: &str) -> Option<String> {
    let mut pairs = entry.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(found, _)| found.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// An address, perhaps with brackets, perhaps with a port.
fn ip_of(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::{host, is_protected, network, source};

    /// A request through a proxy at 10.0.0.1.
    fn request(lines: &[(&'static str, &str)]) -> actix_web::HttpRequest {
        let bare = TestRequest::get().peer_addr(([10, 0, 0, 1], 50_000).into());
        lines.iter().fold(bare, |request, line| request.append_header(*line)).to_http_request()
    }

    #[test]
    fn the_last_address_that_is_no_proxy_of_ours_counts() {
        let proxies = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        for (lines, expected) in [
            (&[][..], "10.0.0.1"),
            (&[("x-forwarded-for", "192.0.2.7")], "192.0.2.7"),
            // Whoever asks writes the beginning.
            (&[("x-forwarded-for", "198.51.100.1, 192.0.2.7")], "192.0.2.7"),
            (&[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "192.0.2.7, 10.0.0.2")], "192.0.2.7"),
            (&[("forwarded", "for=198.51.100.1"), ("x-forwarded-for", "192.0.2.7")], "192.0.2.7"),
            (&[("forwarded", "for=198.51.100.1, for=\"[2001:db8::7]:4711\";proto=https")], "2001:db8::7"),
            (&[("x-forwarded-for", "[2001:db8::7]")], "2001:db8::7"),
            (&[("x-forwarded-for", "192.0.2.7:4711")], "192.0.2.7"),
            (&[("x-forwarded-for", "::ffff:192.0.2.7")], "192.0.2.7"),
            (&[("x-forwarded-for", "192.0.2.7, unknown, 10.0.0.2")], "10.0.0.2"),
            (&[("x-forwarded-for", "<script>")], "10.0.0.1"),
            (&[("x-forwarded-for", "\u{a0}é, 192.0.2.7")], "192.0.2.7"),
            (&[("x-forwarded-for", "10.0.0.2, 10.0.0.1")], "10.0.0.2"),
        ] {
            assert_eq!(source(&request(lines), &proxies).unwrap().to_string(), expected, "{lines:?}");
        }
        assert_eq!(source(&request(&[("x-forwarded-for", "192.0.2.7")]), &[]).unwrap().to_string(), "10.0.0.1");
    }

    #[test]
    fn a_network_is_one_address_or_sixty_four_bits() {
        for (address, expected) in [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::7", "2001:db8:1:2::")]
        {
            assert_eq!(network(address.parse().unwrap()).to_string(), expected);
        }
    }

    #[test]
    fn host_and_scheme_are_what_the_nearest_proxy_says() {
        let proxies = ["10.0.0.1".parse().unwrap()];
        let seen = |lines: &[(&'static str, &str)], trusted: &[_]| {
            let req = request(lines);
            (is_protected(&req, trusted), host(&req, trusted))
        };
        let both = [("host", "a"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "evil, b")];
        assert_eq!(seen(&both, &proxies), (true, "b".to_owned()));
        assert_eq!(seen(&both, &[]), (false, "a".to_owned()), "a stranger says nothing that counts");
        assert_eq!(seen(&[("forwarded", "proto=HTTPS;host=\"b:8080\"")], &proxies), (true, "b:8080".to_owned()));
        assert_eq!(seen(&[("forwarded", "proto=javascript"), ("host", "a")], &proxies), (false, "a".to_owned()));
        assert_eq!(seen(&[("x-forwarded-proto", "https, http")], &proxies), (false, String::new()));
    }
}
