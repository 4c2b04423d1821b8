//! By which names and addresses people and programs find this server.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::config::ServerConfig;

/// Names of one certificate: a machine may have addresses of many networks.
const MOST: usize = 100;

/// Each name and address once: those of the configuration, of this machine, and of its networks at this moment.
pub(super) fn names(server: &ServerConfig) -> Vec<String> {
    let fixed = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let public = server.public_url.as_deref().and_then(host_of).map(str::to_owned);
    let machine = machine_name().filter(|name| is_host_name(name));
    // Neighbours find a machine by this name without anybody's doing.
    let neighbourly = machine.as_ref().filter(|name| !name.contains('.')).map(|name| format!("{name}.local"));
    let listen = server.listen.iter().map(|listen| listen.address.ip());
    let addresses = listen.chain(addresses()).filter(|ip| !ip.is_unspecified()).map(|ip| ip.to_string());
    let named = fixed.into_iter().chain(public).chain(server.hosts.clone()).chain(machine).chain(neighbourly);
    let mut seen = BTreeSet::new();
    let all = named.chain(addresses).map(in_one_form);
    let mut names: Vec<String> = all.filter(|name| seen.insert(name.clone())).take(MOST).collect();
    names.sort();
    names
}

/// A certificate holds an address as its bytes, so it reads back in one form, however somebody wrote it.
fn in_one_form(name: String) -> String {
    name.parse::<IpAddr>().map_or(name, |address| address.to_string())
}

/// The host in an address such as `https://chat.example.org:8443/x`.
pub fn host_of(url: &str) -> Option<&str> {
    let authority = url.split("://").nth(1)?.split('/').next()?;
    match authority.strip_prefix('[') {
        Some(literal) => literal.split(']').next(),
        None => authority.split(':').next(),
    }
}

/// Addresses of this machine that others may know. Those that hold on one cable only are left out.
fn addresses() -> Vec<IpAddr> {
    let found = if_addrs::get_if_addrs().unwrap_or_else(|cause| {
        tracing::warn!(%cause, "this machine's addresses can't be found out; its certificate is for its names only");
        Vec::new()
    });
    let mut addresses: Vec<IpAddr> = found.iter().map(if_addrs::Interface::ip).filter(|ip| !is_of_one_cable(ip)).collect();
    addresses.sort();
    addresses
}

fn is_of_one_cable(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

fn is_host_name(text: &str) -> bool {
    text.len() <= 230 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// This machine's name, in lower case.
pub fn machine_name() -> Option<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().to_lowercase();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{host_of, names};
    use crate::config::ServerConfig;

    #[test]
    fn all_ways_to_this_server_are_named_once() {
        let listen = vec![std::net::SocketAddr::from(([10, 9, 8, 7], 80)).into(), std::net::SocketAddr::from(([0, 0, 0, 0], 80)).into()];
        let hosts = vec!["chat.local".to_owned(), "chat.example.org".to_owned()];
        let server =
            ServerConfig { listen, hosts, public_url: Some("https://chat.example.org:8443/x".to_owned()), ..ServerConfig::default() };
        let names = names(&server);
        for name in ["localhost", "127.0.0.1", "::1", "10.9.8.7", "chat.local", "chat.example.org"] {
            assert_eq!(names.iter().filter(|found| *found == name).count(), 1, "{name}: {names:?}");
        }
        assert!(!names.contains(&"0.0.0.0".to_owned()));
    }

    #[test]
    fn a_host_is_what_stands_before_port_and_path() {
        assert_eq!(host_of("https://[fd00::1]:8443/x"), Some("fd00::1"));
        assert_eq!(host_of("http://chat.example.org"), Some("chat.example.org"));
    }
}
