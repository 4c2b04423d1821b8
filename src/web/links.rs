//! Absolute addresses in answers, and links that carry their own permission.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;

use actix_web::http::header::HOST;
use actix_web::{HttpMessage, HttpRequest};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::connections::Connection;
use super::forwarded;
use crate::config::Listen;
use crate::domain::{AccountId, FileId, Timestamp};

/// What can't stand as itself in a path segment or a header's extended value.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'\\')
    .add(b'^')
    .add(b'|')
    .add(b'[')
    .add(b']')
    .add(b'@')
    .add(b':')
    .add(b';')
    .add(b'=')
    .add(b'&')
    .add(b'+')
    .add(b',')
    .add(b'$')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*');

/// A text as one path segment.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// The path of an attachment, for whoever it is shown to.
pub fn attachment_path(key: &str) -> String {
    format!("/files/a/{key}")
}

/// Which hosts links may start with.
#[derive(Debug)]
pub struct Bases {
    /// Fixed by configuration.
    pub public_url: Option<String>,
    /// Allowed names, in lower case; that of `public_url` is one of them.
    pub hosts: Vec<String>,
    /// Where the server listens, for requests whose host is not allowed.
    pub endpoints: Vec<Listen>,
    /// Where the server asks itself.
    pub own: SocketAddr,
    /// Proxies whose forwarding headers count.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Bases {
    /// What absolute addresses in the answer to this request start with, without a slash at the end.
    pub fn of(&self, req: &HttpRequest) -> String {
        if let Some(OnBehalf(base)) = req.extensions().get::<OnBehalf>() {
            return base.clone();
        }
        if let Some(url) = &self.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let host = forwarded::host(req, &self.trusted_proxies);
        let scheme = if forwarded::is_protected(req, &self.trusted_proxies) { "https" } else { "http" };
        if self.allows(&host) { format!("{scheme}://{host}") } else { self.first(scheme).from_here().url() }
    }

    /// Address literals, `localhost`, this machine's name, `*.local` and configured names, on any port.
    pub fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let in_brackets = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let is_literal = in_brackets.map_or(host.parse::<Ipv4Addr>().is_ok(), |six| six.parse::<Ipv6Addr>().is_ok());
        if is_literal || host.parse::<SocketAddr>().is_ok() {
            return true;
        }
        let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host.as_str(), |(name, _)| name);
        let is_plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        is_plain && (name == "localhost" || name.ends_with(".local") || self.hosts.iter().any(|allowed| allowed == name))
    }

    /// Where the same server is reached over protected connections, under the name that a request calls it by; none: nowhere.
    pub fn protected(&self, req: &HttpRequest) -> Option<String> {
        if let Some(url) = self.public_url.as_deref().filter(|url| url.starts_with("https:")) {
            return Some(url.trim_end_matches('/').to_owned());
        }
        let listen = self.endpoints.iter().find(|listen| listen.is_tls)?;
        let host = req.headers().get(HOST).and_then(|host| host.to_str().ok()).filter(|host| self.allows(host));
        let name = host.map(|host| host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name));
        Some(name.map_or_else(|| listen.from_here().url(), |name| format!("https://{name}:{}", listen.address.port())))
    }

    /// The first address of a scheme that the server listens on.
    fn first(&self, scheme: &str) -> Listen {
        let of_scheme = self.endpoints.iter().find(|listen| listen.scheme() == scheme).or_else(|| self.endpoints.first());
        of_scheme.copied().unwrap_or_else(|| self.own.into())
    }
}

/// For a request that the server makes itself: what links start with in the answer to the one that it is made for.
#[derive(Clone, Debug)]
pub(super) struct OnBehalf(pub(super) String);

/// Whether a request came to this server over a protected connection. One that a proxy took did not.
pub fn is_over_tls(req: &HttpRequest) -> bool {
    req.conn_data::<Rc<Connection>>().is_some_and(|connection| connection.is_protected)
}

/// Signs and checks links to files.
#[derive(Debug)]
pub struct LinkSigner {
    key: Vec<u8>,
}

impl LinkSigner {
    /// From the world's key.
    pub fn new(world_key: &[u8]) -> Self {
        Self { key: mac(world_key, &[b"file-link-v1"]) }
    }

    /// The signature of a link that an account got and that ends at an instant.
    pub fn sign(&self, file: FileId, account: AccountId, expires: Timestamp) -> String {
        let parts = [file.get().to_be_bytes(), account.get().to_be_bytes(), expires.seconds().to_be_bytes()];
        data_encoding::BASE64URL_NOPAD.encode(&mac(&self.key, &[&parts[0], &parts[1], &parts[2]]))
    }

    /// Whether a signature is ours; compared in constant time.
    pub fn is_signed(&self, file: FileId, account: AccountId, expires: Timestamp, signature: &str) -> bool {
        self.sign(file, account, expires).as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::{Bases, LinkSigner};
    use crate::domain::{AccountId, FileId, Timestamp};

    #[test]
    fn only_known_hosts_may_start_links() {
        let bases = Bases {
            public_url: None,
            hosts: vec!["chat.example.org".into()],
            endpoints: Vec::new(),
            own: ([127, 0, 0, 1], 8080).into(),
            trusted_proxies: vec![],
        };
        for host in [
            "localhost:8080",
            "127.0.0.1:1",
            "192.168.1.5",
            "[::1]:8080",
            "[::1]",
            "server.local",
            "CHAT.example.org",
            "chat.example.org:443",
        ] {
            assert!(bases.allows(host), "{host}");
        }
        for host in [
            "1.2.3.4]",
            "[1.2.3.4]",
            "[[::1]]",
            "::1",
            "evil.example.org",
            "",
            "localhost/x",
            "a b.local",
            "chat.example.org.evil.com",
            "x@localhost",
        ] {
            assert!(!bases.allows(host), "{host}");
        }
    }

    #[test]
    fn a_signature_is_bound_to_file_account_and_expiry() {
        let signer = LinkSigner::new(b"key");
        let (file, account, at) = (FileId::new(1), AccountId::new(2), Timestamp::from_seconds(3));
        let signature = signer.sign(file, account, at);
        assert!(signer.is_signed(file, account, at, &signature));
        assert!(!signer.is_signed(FileId::new(9), account, at, &signature));
        assert!(!signer.is_signed(file, AccountId::new(9), at, &signature));
        assert!(!signer.is_signed(file, account, Timestamp::from_seconds(9), &signature));
        assert!(!LinkSigner::new(b"other").is_signed(file, account, at, &signature));
        assert!(!signer.is_signed(file, account, at, ""));
    }
}
