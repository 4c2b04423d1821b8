//! Where the server listens, and how connections there are protected.

use std::fmt;
use std::net::{AddrParseError, IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use super::ServerConfig;

/// Where connections are protected unless another address was chosen.
const TLS_PORT: u16 = 8443;

/// An address to listen on: plain HTTP/1.1, or TLS with HTTP/2 and HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Whether connections are protected.
    pub is_tls: bool,
    /// The address; port 0 takes a free one.
    pub address: SocketAddr,
}

/// Whether and with what the server protects connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// Not at all.
    Off,
    /// With a certificate that it makes itself, from an authority of its own.
    SelfSigned,
    /// With a certificate and a key that somebody puts into files.
    Files,
}

impl FromStr for Listen {
    type Err = AddrParseError;

    /// Reads `ADDR`, `http://ADDR` or `https://ADDR`; a missing host stands for all addresses.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (is_tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, rest) => (false, rest.unwrap_or(text)),
        };
        let address = match (rest.strip_prefix("localhost:"), rest.strip_prefix(':')) {
            (Some(port), _) => format!("127.0.0.1:{port}").parse(),
            (None, Some(port)) => format!("0.0.0.0:{port}").parse(),
            (None, None) => rest.parse(),
        };
        Ok(Self { is_tls, address: address? })
    }
}

impl Listen {
    /// `http` or `https`.
    pub fn scheme(self) -> &'static str {
        if self.is_tls { "https" } else { "http" }
    }

    /// How one chooses another one.
    pub fn flag(self) -> &'static str {
        match self.is_tls {
            true => "--listen https://ADDR, beside a --listen ADDR for connections that are not protected",
            false => "--listen ADDR",
        }
    }

    /// What addresses there start with.
    pub fn url(self) -> String {
        format!("{}://{}", self.scheme(), self.address)
    }

    /// The same as this machine reaches it: an address that stands for all becomes this machine's own.
    pub fn from_here(self) -> Self {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(IpAddr::from(Ipv4Addr::LOCALHOST));
        }
        Self { address, ..self }
    }
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self { is_tls: false, address }
    }
}

/// As it stands in a configuration.
impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_tls { "https://" } else { "" }, self.address)
    }
}

impl ServerConfig {
    /// Where to listen. With TLS on, port 8443 of each plain address comes in addition, unless an address for it was chosen.
    pub fn endpoints(&self) -> Vec<Listen> {
        let mut endpoints = self.listen.clone();
        if self.tls == TlsMode::Off || endpoints.iter().any(|listen| listen.is_tls) {
            return endpoints;
        }
        for plain in &self.listen {
            // Whoever takes a free port for the one wants no fixed one for the other.
            let port = if plain.address.port() == 0 { 0 } else { TLS_PORT };
            let protected = Listen { is_tls: true, address: SocketAddr::new(plain.address.ip(), port) };
            if !endpoints.contains(&protected) {
                endpoints.push(protected);
            }
        }
        endpoints
    }
}

#[cfg(test)]
mod tests {
    use super::{Listen, ServerConfig, TlsMode};

    fn told(listen: &[&str], tls: TlsMode) -> Vec<String> {
        let listen = listen.iter().map(|text| text.parse().unwrap()).collect();
        ServerConfig { listen, tls, ..ServerConfig::default() }.endpoints().into_iter().map(Listen::url).collect()
    }

    #[test]
    fn protected_addresses_stand_beside_the_plain_ones() {
        assert_eq!(told(&[":8080"], TlsMode::Off), ["http://0.0.0.0:8080"]);
        assert_eq!(told(&[":8080"], TlsMode::SelfSigned), ["http://0.0.0.0:8080", "https://0.0.0.0:8443"]);
        assert_eq!(
            told(&["10.0.0.1:80", "10.0.0.1:81"], TlsMode::Files),
            ["http://10.0.0.1:80", "http://10.0.0.1:81", "https://10.0.0.1:8443"]
        );
        assert_eq!(told(&["localhost:0"], TlsMode::SelfSigned), ["http://127.0.0.1:0", "https://127.0.0.1:0"]);
        assert_eq!(told(&["[::]:80", "https://[::1]:9"], TlsMode::Files), ["http://[::]:80", "https://[::1]:9"]);
        assert_eq!(told(&["https://:443"], TlsMode::Files), ["https://0.0.0.0:443"]);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in ["", "8080", "https://", "ftp://127.0.0.1:1", "https://localhost", "http://127.0.0.1:1/x", "127.0.0.1:65536"] {
            assert!(bad.parse::<Listen>().is_err(), "{bad}");
        }
    }
}
