//! What stands in a certificate.

use data_encoding::HEXUPPER;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

use crate::domain::Timestamp;

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// From when on it is good.
    pub from: Timestamp,
    /// Until when it is good.
    pub until: Timestamp,
    /// Names and addresses that it is for, sorted.
    pub names: Vec<String>,
    /// SHA-256 of it, as people compare it: pairs of digits with colons.
    pub fingerprint: String,
    /// Who made it, in the words that a certificate has for it.
    pub issuer: String,
    /// Whom it is about.
    pub subject: String,
}

impl Certificate {
    /// Reads one; the error is what is wrong, for people.
    pub fn read(der: &[u8]) -> Result<Self, String> {
        let (_, parsed) = parse_x509_certificate(der).map_err(|cause| cause.to_string())?;
        let (from, until) = (parsed.validity().not_before.timestamp(), parsed.validity().not_after.timestamp());
        let extension = parsed.subject_alternative_name().map_err(|cause| cause.to_string())?;
        let mut names: Vec<String> = extension.iter().flat_map(|names| &names.value.general_names).filter_map(name).collect();
        names.sort();
        Ok(Self {
            from: Timestamp::from_seconds(from),
            until: Timestamp::from_seconds(until),
            names,
            fingerprint: fingerprint(der),
            issuer: parsed.issuer().to_string(),
            subject: parsed.subject().to_string(),
        })
    }

    /// Whether it is good at an instant.
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }

    /// Whether it is for a host name or an address.
    pub fn is_for(&self, host: &str) -> bool {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        let below = host.split_once('.').map(|(_, below)| format!("*.{below}"));
        self.names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&host) || below.as_ref().is_some_and(|below| name.eq_ignore_ascii_case(below)))
    }
}

/// A name or an address that a certificate is for.
fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match **bytes {
            [a, b, c, d] => Some(std::net::Ipv4Addr::new(a, b, c, d).to_string()),
            _ => <[u8; 16]>::try_from(*bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
        },
        _ => None,
    }
}

fn fingerprint(der: &[u8]) -> String {
    let digits = HEXUPPER.encode(&Sha256::digest(der));
    let pairs: Vec<&str> = (0..digits.len()).step_by(2).filter_map(|at| digits.get(at..at + 2)).collect();
    pairs.join(":")
}

/// The certificates in a text in PEM form, in its order; the error is what is wrong, for people.
pub fn certificates_in(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|cause| cause.to_string())?;
    if found.is_empty() { Err("there is no certificate in it".to_owned()) } else { Ok(found) }
}
