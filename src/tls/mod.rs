//! Protected connections: which certificate this server shows, where it comes from, and when it is changed.
//!
//! Invariants: keys are readable by their owner alone and go nowhere; a certificate takes effect only together with the key
//! that fits it, so what can't be read leaves the one before in place; connections that stand are never broken off for it.

mod certificate;
mod names;
mod office;
mod outside;

pub use certificate::{Certificate, certificates_in};
pub use names::{host_of, machine_name};
pub use office::{Authority, authority_in, folder as office_folder, server_certificate_in};
pub use outside::check_files;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};

use crate::config::{self, TlsMode};
use crate::domain::Timestamp;
use office::Office;
use outside::Outside;

/// A certificate that ends within this time is renewed, or is worth a warning: a month.
pub const SOON_MS: i64 = 30 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Why connections can't be protected. Each says what happened, why, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read.
    #[error("the {what} {path} can't be read: {cause}. Check the path after --{flag}, and that this user may read the file.")]
    Unreadable {
        /// Certificate or key.
        what: &'static str,
        /// The flag that names it.
        flag: &'static str,
        /// The file.
        path: String,
        /// Why.
        cause: io::Error,
    },
    /// It does not hold what it should.
    #[error("the {what} {path} can't be used: {why}. It has to be in PEM form{form}.")]
    Unusable {
        /// Certificate or key.
        what: &'static str,
        /// The file.
        path: String,
        /// Why.
        why: String,
        /// What else its form has to be.
        form: &'static str,
    },
    /// Key and certificate are of two pairs.
    #[error(
        "the key {key} does not fit the certificate {cert}. Name the key that the certificate was made for; in the file of the certificate, the \
         server's own has to come first."
    )]
    Unfit {
        /// The file of the certificate.
        cert: String,
        /// The file of the key.
        key: String,
    },
    /// What the office's own authority keeps in the data directory can't be read or written.
    #[error("the certificates of this office in {path} can't be used: {why}. {advice}.")]
    Office {
        /// The file or folder.
        path: String,
        /// Why.
        why: String,
        /// What to do.
        advice: &'static str,
    },
    /// The library refuses.
    #[error("connections can't be protected: {0}")]
    Library(rustls::Error),
}

/// The protection of one server.
#[derive(Debug)]
pub struct Tls {
    current: Arc<Current>,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Office(Box<Office>),
    Outside(Outside),
}

/// A certificate with its key, ready to be shown.
#[derive(Clone, Debug)]
struct Pair {
    certified: Arc<CertifiedKey>,
    certificate: Certificate,
}

/// What new connections are shown.
struct Current(RwLock<Pair>);

impl Tls {
    /// Makes or reads what is needed; none: connections are not protected. Blocks.
    pub fn open(server: &config::ServerConfig, data: &Path, now: Timestamp) -> Result<Option<Self>, TlsError> {
        let (source, first) = match (server.tls, &server.tls_cert, &server.tls_key) {
            (TlsMode::SelfSigned, ..) => {
                let office = Office::open(data, server, now)?;
                let first = office.pair(now)?;
                (Source::Office(Box::new(office)), first)
            }
            (TlsMode::Files, Some(cert), Some(key)) => {
                let outside = Outside::new(cert, key);
                let first = outside.read()?;
                (Source::Outside(outside), first)
            }
            // The configuration does not allow files without names.
            (TlsMode::Off | TlsMode::Files, ..) => return Ok(None),
        };
        Ok(Some(Self { current: Arc::new(Current(RwLock::new(first))), source }))
    }

    /// How connections are made: TLS 1.3 and 1.2, nothing older.
    pub fn server_config(&self) -> Result<ServerConfig, TlsError> {
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(TlsError::Library)?;
        let mut config = builder.with_no_client_auth().with_cert_resolver(self.current.clone());
        // Tickets let a client that comes back save a round trip.
        config.ticketer = ring::Ticketer::new().map_err(TlsError::Library)?;
        Ok(config)
    }

    /// Looks whether there is another certificate to show from now on: one that somebody put into the files, or a new one of the office's own
    /// when the old one ends soon or does not have all names. Says whether there was. Blocks.
    pub fn refresh(&self, now: Timestamp) -> Result<bool, TlsError> {
        let next = match &self.source {
            Source::Office(office) if office.is_good(&self.certificate(), now) => None,
            Source::Office(office) => Some(office.pair(now)?),
            Source::Outside(outside) => outside.read_if_changed()?,
        };
        let is_new = next.is_some();
        if let Some(next) = next {
            *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        Ok(is_new)
    }

    /// The certificate that new connections are shown.
    pub fn certificate(&self) -> Certificate {
        self.current.get().certificate
    }

    /// From when on [`Tls::refresh`] makes another certificate; none where somebody else does, or where there is no better one.
    pub fn renewal(&self) -> Option<Timestamp> {
        match &self.source {
            Source::Office(office) => office.renewal(&self.certificate()),
            Source::Outside(_) => None,
        }
    }

    /// The office's own authority, if there is one.
    pub fn authority(&self) -> Option<&Authority> {
        match &self.source {
            Source::Office(office) => Some(&office.authority),
            Source::Outside(_) => None,
        }
    }
}

impl Current {
    fn get(&self) -> Pair {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.get().certified)
    }
}

/// Without the key.
impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().certificate.fmt(f)
    }
}
