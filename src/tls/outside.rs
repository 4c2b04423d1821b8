//! A certificate and a key that somebody puts into files, and changes there.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};

use super::certificate::{Certificate, certificates_in};
use super::{Pair, TlsError};

/// Largest file that is read: a long chain has some kilobytes.
const FILE_BYTES: u64 = 1 << 20;

/// Where they lie, and what was found there last.
#[derive(Debug)]
pub(super) struct Outside {
    cert: PathBuf,
    key: PathBuf,
    seen: Mutex<Option<[u8; 32]>>,
    told: Mutex<Option<String>>,
}

impl Outside {
    pub(super) fn new(cert: &Path, key: &Path) -> Self {
        Self { cert: cert.to_owned(), key: key.to_owned(), seen: Mutex::default(), told: Mutex::default() }
    }

    /// Reads both.
    pub(super) fn read(&self) -> Result<Pair, TlsError> {
        let (cert, key) = self.texts()?;
        self.note(&cert, &key);
        self.pair(&cert, &key)
    }

    /// Reads both when something in them is not as it was. What can't be used is told once: both files are seldom
    /// changed in the same moment.
    pub(super) fn read_if_changed(&self) -> Result<Option<Pair>, TlsError> {
        let texts = self.texts();
        if !self.is_news(texts.as_ref().err()) {
            return Ok(None);
        }
        let (cert, key) = texts?;
        if self.note(&cert, &key) { self.pair(&cert, &key).map(Some) } else { Ok(None) }
    }

    /// Whether the files can be read, or this is not why they could not be read the last time.
    fn is_news(&self, failure: Option<&TlsError>) -> bool {
        let told = failure.map(ToString::to_string);
        let before = std::mem::replace(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner), told.clone());
        told.is_none() || told != before
    }

    fn texts(&self) -> Result<(Vec<u8>, Vec<u8>), TlsError> {
        Ok((text_of(&self.cert, "certificate", "tls-cert")?, text_of(&self.key, "key", "tls-key")?))
    }

    /// Whether this is new.
    fn note(&self, cert: &[u8], key: &[u8]) -> bool {
        let seen = Sha256::new().chain_update(Sha256::digest(cert)).chain_update(Sha256::digest(key)).finalize().into();
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).replace(seen) != Some(seen)
    }

    fn pair(&self, cert: &[u8], key: &[u8]) -> Result<Pair, TlsError> {
        let unusable = |why: String| TlsError::Unusable { what: "certificate", path: shown(&self.cert), why, form: "" };
        let chain = certificates_in(cert).map_err(unusable)?;
        let certificate = chain.first().map_or(Err("it is empty".to_owned()), |first| Certificate::read(first)).map_err(unusable)?;
        let no_key = |why: String| TlsError::Unusable { what: "key", path: shown(&self.key), why, form: " and not encrypted" };
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|cause| no_key(cause.to_string()))?;
        match CertifiedKey::from_der(chain, key, &ring::default_provider()) {
            Ok(certified) => Ok(Pair { certified: Arc::new(certified), certificate }),
            Err(rustls::Error::InconsistentKeys(_)) => Err(TlsError::Unfit { cert: shown(&self.cert), key: shown(&self.key) }),
            Err(cause) => Err(no_key(cause.to_string())),
        }
    }
}

/// Whether a server could use these files, and what stands in the certificate.
pub fn check_files(cert: &Path, key: &Path) -> Result<Certificate, TlsError> {
    Outside::new(cert, key).read().map(|pair| pair.certificate)
}

fn text_of(path: &Path, what: &'static str, flag: &'static str) -> Result<Vec<u8>, TlsError> {
    let read = || {
        let mut text = Vec::new();
        File::open(path)?.take(FILE_BYTES + 1).read_to_end(&mut text)?;
        let is_large = text.len() as u64 > FILE_BYTES;
        if is_large { Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MiB")) } else { Ok(text) }
    };
    read().map_err(|cause| TlsError::Unreadable { what, flag, path: shown(path), cause })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use rcgen::{CertificateParams, KeyPair};

    use super::{FILE_BYTES, Outside, check_files};

    struct Pair {
        _folder: tempfile::TempDir,
        cert: PathBuf,
        key: PathBuf,
    }

    /// A certificate for a name, and its key.
    fn made(name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    fn pair(cert: &str, key: &str) -> Pair {
        let folder = tempfile::tempdir().unwrap();
        let (cert_path, key_path) = (folder.path().join("chat.pem"), folder.path().join("chat.key"));
        fs::write(&cert_path, cert).unwrap();
        fs::write(&key_path, key).unwrap();
        Pair { _folder: folder, cert: cert_path, key: key_path }
    }

    #[test]
    fn each_fault_of_the_files_is_told_by_its_name() {
        let ((cert, key), (_, other)) = (made("a.example"), made("b.example"));
        assert!(check_files(&pair(&cert, &key).cert, &pair(&cert, &key).key).is_ok_and(|found| found.names == ["a.example"]));
        let long = " ".repeat(FILE_BYTES as usize + 1);
        let cases = [
            (cert.as_str(), other.as_str(), "does not fit"),
            ("", &key, "no certificate in it"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", &key, "chat.pem can't be used"),
            (&cert, "", "chat.key can't be used"),
            (&cert, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "not encrypted"),
            (&cert, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "chat.key can't be used"),
            (&long, &key, "larger than 1 MiB"),
        ];
        for (cert, key, words) in cases {
            let files = pair(cert, key);
            let told = check_files(&files.cert, &files.key).unwrap_err().to_string();
            assert!(told.contains(words), "{words}: {told}");
        }
        let files = pair(&cert, &key);
        fs::remove_file(&files.key).unwrap();
        let told = check_files(&files.cert, &files.key).unwrap_err().to_string();
        assert!(told.contains("chat.key can't be read") && told.contains("--tls-key"), "{told}");
    }

    #[test]
    fn what_is_half_changed_is_told_once_and_taken_when_it_is_whole() {
        let ((cert, key), (next_cert, next_key)) = (made("a.example"), made("b.example"));
        let files = pair(&cert, &key);
        let outside = Outside::new(&files.cert, &files.key);
        assert!(outside.read().is_ok() && outside.read_if_changed().unwrap().is_none());
        fs::write(&files.cert, next_cert).unwrap();
        assert!(outside.read_if_changed().is_err());
        assert!(outside.read_if_changed().unwrap().is_none());
        fs::write(&files.key, &next_key).unwrap();
        assert_eq!(outside.read_if_changed().unwrap().unwrap().certificate.names, ["b.example"]);
        for _ in 0..2 {
            fs::remove_file(&files.key).unwrap();
            assert!(outside.read_if_changed().unwrap_err().to_string().contains("can't be read"));
            assert!(outside.read_if_changed().unwrap().is_none(), "once, until it is well again");
            fs::write(&files.key, &next_key).unwrap();
            assert!(outside.read_if_changed().unwrap().is_none(), "it is what it was");
        }
    }
}
