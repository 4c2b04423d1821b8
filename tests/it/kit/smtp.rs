//! A small mail server for tests: takes mails, or does not.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How the server behaves in one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Takes the mail.
    Takes,
    /// Answers the mail with this code.
    Answers(u16),
    /// Closes the line when the whole mail is there, without an answer.
    HangsUp,
}

/// A listening mail server.
pub struct MailServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<String>>>,
    manners: Arc<Mutex<VecDeque<Manner>>>,
}

impl MailServer {
    /// Behaves so in the first conversations, and takes everything afterwards.
    pub fn start(manners: &[Manner]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self {
            address: listener.local_addr().expect("an address"),
            received: Arc::default(),
            manners: Arc::new(Mutex::new(manners.iter().copied().collect())),
        };
        let (received, manners) = (server.received.clone(), server.manners.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let manner = manners.lock().expect("no panic").pop_front().unwrap_or(Manner::Takes);
                let received = received.clone();
                std::thread::spawn(move || talk(stream, manner, &received));
            }
        });
        server
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Whole mails that arrived, whatever was answered.
    pub fn received(&self) -> Vec<String> {
        self.received.lock().expect("no panic").clone()
    }
}

/// One conversation; a client may send several mails in it.
fn talk(mut stream: TcpStream, manner: Manner, received: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    stream.write_all(b"220 test\r\n").ok()?;
    loop {
        let line = lines.next()?.ok()?;
        let answer = match line.split([' ', ':']).next()?.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => "250-test\r\n250 8BITMIME\r\n".to_owned(),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").ok()?;
                let mut mail = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                received.lock().expect("no panic").push(mail);
                match manner {
                    Manner::Takes => "250 taken\r\n".to_owned(),
                    Manner::Answers(code) => format!("{code} not now\r\n"),
                    Manner::HangsUp => return None,
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
