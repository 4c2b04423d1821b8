//! A small mail server for tests: takes mails, or does not; in the clear, or protected.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::wait_until;

/// How the server behaves in one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Takes the mail.
    Takes,
    /// Answers the mail with this code.
    Answers(u16),
    /// Closes the line when the whole mail is there, without an answer.
    HangsUp,
    /// Takes the mail, and says so only once it is released.
    Hesitates,
    /// Says nothing more when the whole mail is there, until the other side hangs up.
    FallsSilent,
}

/// How conversations are protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Not at all.
    None,
    /// TLS after a plain beginning, in which no mail is taken.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// A listening mail server.
pub struct MailServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<String>>>,
    manners: Arc<Mutex<VecDeque<Manner>>>,
    is_released: Arc<AtomicBool>,
}

impl MailServer {
    /// Behaves so in the first conversations, and takes everything afterwards.
    pub fn start(manners: &[Manner]) -> Self {
        Self::guarded(Guard::None, manners)
    }

    /// The same behind a protected connection.
    pub fn guarded(guard: Guard, manners: &[Manner]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self {
            address: listener.local_addr().expect("an address"),
            received: Arc::default(),
            manners: Arc::new(Mutex::new(manners.iter().copied().collect())),
            is_released: Arc::default(),
        };
        let (received, manners, released) = (server.received.clone(), server.manners.clone(), server.is_released.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let manner = manners.lock().expect("no panic").pop_front().unwrap_or(Manner::Takes);
                let hall = Hall { manner, received: received.clone(), is_released: released.clone() };
                std::thread::spawn(move || serve(stream, guard, &hall));
            }
        });
        server
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Lets it answer where it hesitates.
    pub fn release(&self) {
        self.is_released.store(true, Ordering::Relaxed);
    }

    /// Whole mails that arrived, whatever was answered.
    pub fn received(&self) -> Vec<String> {
        self.received.lock().expect("no panic").clone()
    }

    /// Waits until so many mails have arrived.
    pub fn wait_for(&self, count: usize) -> Vec<String> {
        wait_until("so many mails arrived", || self.received().len() >= count);
        self.received()
    }
}

/// What a conversation knows of its server.
struct Hall {
    manner: Manner,
    received: Arc<Mutex<Vec<String>>>,
    is_released: Arc<AtomicBool>,
}

/// The file that makes a client trust the protected server.
pub fn authority() -> PathBuf {
    fixture("ca.pem")
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(name)
}

fn encrypted(stream: TcpStream) -> Option<StreamOwned<ServerConnection, TcpStream>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = vec![CertificateDer::from_pem_file(fixture("server.pem")).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(fixture("server.key")).expect("a key");
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let config = config.with_no_client_auth().with_single_cert(chain, key).expect("a pair");
    Some(StreamOwned::new(ServerConnection::new(Arc::new(config)).ok()?, stream))
}

fn serve(mut stream: TcpStream, guard: Guard, hall: &Hall) -> Option<()> {
    match guard {
        Guard::None => {
            stream.write_all(b"220 test\r\n").ok()?;
            talk(&mut stream, hall)
        }
        Guard::StartTls => {
            ask_for_protection(&mut stream)?;
            talk(&mut encrypted(stream)?, hall)
        }
        Guard::Tls => {
            let mut stream = encrypted(stream)?;
            stream.write_all(b"220 test\r\n").ok()?;
            talk(&mut stream, hall)
        }
    }
}

/// The plain beginning: everything but the wish for protection is refused.
fn ask_for_protection(stream: &mut TcpStream) -> Option<()> {
    stream.write_all(b"220 test\r\n").ok()?;
    loop {
        let answer = match verb(&read_line(stream)?).as_str() {
            "EHLO" => "250-test\r\n250 STARTTLS\r\n",
            "STARTTLS" => return stream.write_all(b"220 go on\r\n").ok(),
            _ => "530 not in the clear\r\n",
        };
        stream.write_all(answer.as_bytes()).ok()?;
    }
}

/// One conversation; a client may send several mails in it.
fn talk(stream: &mut (impl Read + Write), hall: &Hall) -> Option<()> {
    loop {
        let answer = match verb(&read_line(stream)?).as_str() {
            "EHLO" | "HELO" => "250-test\r\n250 8BITMIME\r\n".to_owned(),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").ok()?;
                let mail = read_mail(stream)?;
                hall.received.lock().expect("no panic").push(mail);
                match hall.manner {
                    Manner::Hesitates => {
                        while !hall.is_released.load(Ordering::Relaxed) {
                            std::thread::yield_now();
                        }
                        "250 taken\r\n".to_owned()
                    }
                    Manner::Takes => "250 taken\r\n".to_owned(),
                    Manner::Answers(code) => format!("{code} not now\r\n"),
                    Manner::HangsUp => return None,
                    Manner::FallsSilent => return read_line(stream).map(drop),
                }
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").ok()?;
                return None;
            }
            _ => "250 fine\r\n".to_owned(),
        };
        stream.write_all(answer.as_bytes()).ok()?;
    }
}

fn verb(line: &str) -> String {
    line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase()
}

fn read_mail(stream: &mut impl Read) -> Option<String> {
    let mut mail = String::new();
    loop {
        match read_line(stream)?.as_str() {
            "." => return Some(mail),
            line => mail.extend([line, "\n"]),
        }
    }
}

/// A line without its end, byte by byte: what follows may be encrypted and is not ours to read ahead.
fn read_line(stream: &mut impl Read) -> Option<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte).ok()?;
        match byte[0] {
            b'\n' => return String::from_utf8(line).ok(),
            b'\r' => {}
            other => line.push(other),
        }
    }
}
