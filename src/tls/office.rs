//! The office's own authority: made at the first start, it signs the certificates of this server.
//!
//! Below `tls/` of the data directory lie `ca.key`, `ca.pem` (what people let their machines trust) and `server.pem` (key
//! and certificate in one file, so that they are never of two pairs). The folder is in no backup: a key that lies on another
//! disk has left this machine.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::CertifiedKey;

use super::certificate::{Certificate, certificates_in};
use super::names::{machine_name, names};
use super::{DAY_MS, Pair, SOON_MS, TlsError};
use crate::config::ServerConfig;
use crate::domain::Timestamp;
use crate::files::{make_private_folder, sync_folder};

/// How long the authority is good: nobody likes to make every machine trust a new one.
const AUTHORITY_DAYS: i64 = 3_650;
/// How long a certificate of the server is good. Some systems take none that is good for longer than 825 days.
const SERVER_DAYS: i64 = 365;
/// Clocks of others may be behind ours.
const EARLIER_DAYS: i64 = 1;

/// What people let their machines trust.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its certificate, in PEM form.
    pub pem: String,
    /// What stands in it.
    pub certificate: Certificate,
}

/// The authority with its key, and what it makes certificates for.
pub(super) struct Office {
    folder: PathBuf,
    server: ServerConfig,
    issuer: Issuer<'static, KeyPair>,
    pub(super) authority: Authority,
}

/// The folder of a data directory's authority.
pub fn folder(data: &Path) -> PathBuf {
    data.join("tls")
}

/// The authority of a data directory, as it lies there; none: none was made. The error is what is wrong, for people.
pub fn authority_in(data: &Path) -> Result<Option<Certificate>, String> {
    certificate_at(&folder(data).join("ca.pem"))
}

/// The certificate that the authority of a data directory made for the server, as it lies there.
pub fn server_certificate_in(data: &Path) -> Result<Option<Certificate>, String> {
    certificate_at(&folder(data).join("server.pem"))
}

fn certificate_at(path: &Path) -> Result<Option<Certificate>, String> {
    let in_file = |cause: &dyn std::fmt::Display| format!("{}: {cause}", path.display());
    if !path.try_exists().map_err(|cause| in_file(&cause))? {
        return Ok(None);
    }
    let chain = certificates_in(&fs::read(path).map_err(|cause| in_file(&cause))?).map_err(|cause| in_file(&cause))?;
    chain.first().map(|first| Certificate::read(first).map_err(|cause| in_file(&cause))).transpose()
}

impl Office {
    /// Reads the authority of a data directory, or makes it.
    pub(super) fn open(data: &Path, server: &ServerConfig, now: Timestamp) -> Result<Self, TlsError> {
        let folder = folder(data);
        make_private_folder(&folder).map_err(|cause| broken(&folder, &cause))?;
        let key = authority_key(&folder)?;
        let path = folder.join("ca.pem");
        let pem = match fs::read_to_string(&path) {
            Ok(pem) => pem,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                let pem = make_authority(&key, now).map_err(|cause| broken(&path, &cause))?;
                write_private(&path, &pem)?;
                tracing::info!(path = %path.display(), "an authority for this office's certificates was made");
                pem
            }
            Err(cause) => return Err(broken(&path, &cause)),
        };
        let certificate = certificates_in(pem.as_bytes())
            .and_then(|chain| chain.first().map_or(Err("it is empty".to_owned()), |der| Certificate::read(der)));
        let authority = Authority { certificate: certificate.map_err(|cause| broken(&path, &cause))?, pem };
        let issuer = Issuer::from_ca_cert_pem(&authority.pem, key).map_err(|cause| broken(&path, &cause))?;
        Ok(Self { folder, server: server.clone(), issuer, authority })
    }

    /// The server's certificate with its key: the one that lies there as long as it is good, else a new one.
    pub(super) fn pair(&self, now: Timestamp) -> Result<Pair, TlsError> {
        let path = self.folder.join("server.pem");
        if let Some(pair) = fs::read(&path).ok().and_then(|pem| pair_in(&pem).ok()).filter(|pair| self.is_good(&pair.certificate, now)) {
            return Ok(pair);
        }
        let pem = self.make_certificate(now).map_err(|cause| broken(&path, &cause))?;
        write_private(&path, &pem)?;
        tracing::info!("a certificate for this server was made");
        pair_in(pem.as_bytes()).map_err(|cause| broken(&path, &cause))
    }

    /// When a certificate is renewed. At the end of the authority's own time there is no better one.
    pub(super) fn renewal(&self, certificate: &Certificate) -> Option<Timestamp> {
        let is_last = certificate.until >= self.authority.certificate.until;
        (!is_last).then(|| certificate.until.plus_ms(-SOON_MS))
    }

    /// Whether a certificate is of this authority, has every name, and does not end soon.
    pub(super) fn is_good(&self, certificate: &Certificate, now: Timestamp) -> bool {
        certificate.issuer == self.authority.certificate.subject
            && certificate.is_good_at(now)
            && self.renewal(certificate).is_none_or(|renewal| now < renewal)
            && names(&self.server).iter().all(|name| certificate.names.contains(name))
    }

    fn make_certificate(&self, now: Timestamp) -> Result<String, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(names(&self.server))?;
        params.distinguished_name = called(self.server.hosts.first().cloned().or_else(machine_name).as_deref().unwrap_or("localhost"));
        let until = now.plus_ms(SERVER_DAYS * DAY_MS).min(self.authority.certificate.until);
        set_validity(&mut params, now.plus_ms(-EARLIER_DAYS * DAY_MS), until);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(format!("{}{}", key.serialize_pem(), certificate.pem()))
    }
}

/// Without the key.
impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").field("authority", &self.authority.certificate).finish_non_exhaustive()
    }
}

/// Reads the authority's key, or makes it. A certificate without its key is the work of people, so they decide.
fn authority_key(folder: &Path) -> Result<KeyPair, TlsError> {
    let path = folder.join("ca.key");
    match fs::read_to_string(&path) {
        Ok(pem) => KeyPair::from_pem(&pem).map_err(|cause| broken(&path, &cause)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && !folder.join("ca.pem").exists() => {
            let key = KeyPair::generate().map_err(|cause| broken(&path, &cause))?;
            write_private(&path, &key.serialize_pem())?;
            Ok(key)
        }
        Err(cause) => Err(broken(&path, &cause)),
    }
}

fn make_authority(key: &KeyPair, now: Timestamp) -> Result<String, rcgen::Error> {
    let mut params = CertificateParams::default();
    // Whoever looks at a list of authorities knows which office it is.
    params.distinguished_name = called(&format!("Crosstalk office CA ({})", machine_name().as_deref().unwrap_or("localhost")));
    set_validity(&mut params, now.plus_ms(-EARLIER_DAYS * DAY_MS), now.plus_ms(AUTHORITY_DAYS * DAY_MS));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    Ok(params.self_signed(key)?.pem())
}

fn called(name: &str) -> DistinguishedName {
    let mut called = DistinguishedName::new();
    // Longer ones are against the standard.
    called.push(DnType::CommonName, name.chars().take(64).collect::<String>());
    called
}

/// A day in UTC: year, month, day.
fn day(at: Timestamp) -> (i32, u8, u8) {
    let civil = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date();
    (civil.year().into(), civil.month().unsigned_abs(), civil.day().unsigned_abs())
}

/// From the beginning of one day to that of another.
fn set_validity(params: &mut CertificateParams, from: Timestamp, until: Timestamp) {
    let ((from_year, from_month, from_day), (year, month, day)) = (day(from), day(until));
    params.not_before = date_time_ymd(from_year, from_month, from_day);
    params.not_after = date_time_ymd(year, month, day);
}

/// Key and certificate in one text.
fn pair_in(pem: &[u8]) -> Result<Pair, String> {
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|cause| cause.to_string())?;
    let chain = certificates_in(pem)?;
    let certificate = chain.first().map_or(Err("it is empty".to_owned()), |first| Certificate::read(first))?;
    let certified = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|cause| cause.to_string())?;
    Ok(Pair { certified: Arc::new(certified), certificate })
}

/// Appears whole or not at all, and is readable by its owner alone from its first moment.
fn write_private(path: &Path, text: &str) -> Result<(), TlsError> {
    let partial = path.with_extension("partial");
    let write = || {
        let mut file = fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial, path)?;
        path.parent().map_or(Ok(()), sync_folder)
    };
    write().map_err(|cause: std::io::Error| broken(path, &cause))
}

fn broken(path: &Path, why: &dyn std::fmt::Display) -> TlsError {
    let advice = "Check that this user may read and write it; or move the folder away, and every machine has to trust a new authority";
    TlsError::Office { path: path.display().to_string(), why: why.to_string(), advice }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::{DAY_MS, Office, authority_in, folder, server_certificate_in};
    use crate::config::{ServerConfig, TlsMode};
    use crate::domain::Timestamp;
    use crate::tls::Tls;

    const NOW: Timestamp = Timestamp::from_seconds(1_769_817_600);

    fn server() -> ServerConfig {
        ServerConfig { tls: TlsMode::SelfSigned, hosts: vec!["chat.example.org".to_owned()], ..ServerConfig::default() }
    }

    #[test]
    fn authority_and_certificate_are_made_once_and_kept_from_others() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!((authority_in(data.path()), server_certificate_in(data.path())), (Ok(None), Ok(None)));
        let first = Tls::open(&server(), data.path(), NOW).unwrap().unwrap();
        let authority = authority_in(data.path()).unwrap().unwrap();
        assert_eq!(first.authority().unwrap().certificate, authority);
        assert!(authority.is_good_at(NOW) && authority.is_good_at(NOW.plus_ms(3_600 * DAY_MS)));
        assert!(
            first.certificate().is_for("CHAT.example.org")
                && first.certificate().is_for("127.0.0.1")
                && first.certificate().is_for("[::1]")
        );
        assert!(!first.certificate().is_for("evil.example.org"));
        let second = Tls::open(&server(), data.path(), NOW.plus_ms(DAY_MS)).unwrap().unwrap();
        assert_eq!((second.certificate(), &second.authority().unwrap().certificate), (first.certificate(), &authority));
        for name in ["ca.key", "ca.pem", "server.pem"] {
            let mode = fs::metadata(folder(data.path()).join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        assert_eq!(fs::metadata(folder(data.path())).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(!format!("{first:?}").contains("PRIVATE"));
    }

    #[test]
    fn a_certificate_is_renewed_a_month_before_its_end_while_the_server_runs() {
        let data = tempfile::tempdir().unwrap();
        let tls = Tls::open(&server(), data.path(), NOW).unwrap().unwrap();
        let first = tls.certificate();
        assert!(!tls.refresh(NOW.plus_ms(330 * DAY_MS)).unwrap(), "{first:?}");
        let later = NOW.plus_ms(336 * DAY_MS);
        assert!(tls.refresh(later).unwrap());
        let second = tls.certificate();
        assert!(second.fingerprint != first.fingerprint && second.is_good_at(later.plus_ms(300 * DAY_MS)), "{second:?}");
        assert_eq!(server_certificate_in(data.path()).unwrap().unwrap(), second);
        assert!(!tls.refresh(later).unwrap());
    }

    #[test]
    fn a_new_name_needs_a_new_certificate_but_no_new_authority() {
        let data = tempfile::tempdir().unwrap();
        let first = Tls::open(&server(), data.path(), NOW).unwrap().unwrap();
        let more = ServerConfig { public_url: Some("https://talk.example.org".to_owned()), ..server() };
        let second = Tls::open(&more, data.path(), NOW).unwrap().unwrap();
        assert!(!first.certificate().is_for("talk.example.org") && second.certificate().is_for("talk.example.org"));
        let literal = ServerConfig { public_url: Some("https://[FD00:0:0::1]:8443".to_owned()), ..server() };
        let third = Tls::open(&literal, data.path(), NOW).unwrap().unwrap();
        assert!(third.certificate().is_for("[fd00::1]") && !third.refresh(NOW).unwrap(), "an address is one, however it is written");
        assert_eq!(first.authority().unwrap().pem, second.authority().unwrap().pem);
    }

    #[test]
    fn at_the_end_of_the_authority_nothing_is_made_again_and_again() {
        let data = tempfile::tempdir().unwrap();
        let office = Office::open(data.path(), &server(), NOW).unwrap();
        let late = office.authority.certificate.until.plus_ms(-5 * DAY_MS);
        let last = office.pair(late).unwrap();
        assert!(last.certificate.until <= office.authority.certificate.until && office.is_good(&last.certificate, late));
    }

    #[test]
    fn what_is_broken_or_half_there_is_told_and_not_replaced() {
        let data = tempfile::tempdir().unwrap();
        Tls::open(&server(), data.path(), NOW).unwrap();
        let key = folder(data.path()).join("ca.key");
        let kept = fs::read(&key).unwrap();
        fs::write(&key, "nonsense").unwrap();
        let told = Tls::open(&server(), data.path(), NOW).unwrap_err().to_string();
        assert!(told.contains("ca.key") && told.contains("move the folder away"), "{told}");
        fs::remove_file(&key).unwrap();
        assert!(Tls::open(&server(), data.path(), NOW).unwrap_err().to_string().contains("ca.key"));
        fs::write(&key, kept).unwrap();
        fs::write(folder(data.path()).join("server.pem"), "cut off").unwrap();
        assert!(Tls::open(&server(), data.path(), NOW).is_ok(), "the server's own is made anew");
    }
}
