//! Requests byte by byte, for what no well-behaved client sends.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::ops::Deref;
use std::time::Duration;

use super::{Answer, TestApp};

/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(15);

/// A connection to the server.
pub struct Wire(BufReader<TcpStream>);

/// An answer, also with its header lines as they came.
#[derive(Debug)]
pub struct RawAnswer {
    /// Names and values, as spelled and as often as they were sent.
    pub lines: Vec<(String, String)>,
    answer: Answer,
}

impl Deref for RawAnswer {
    type Target = Answer;

    fn deref(&self) -> &Answer {
        &self.answer
    }
}

impl Wire {
    /// Connects.
    pub fn open(app: &TestApp) -> Self {
        Self::at(&app.base)
    }

    /// Connects to a server at this address.
    pub fn at(base: &str) -> Self {
        let stream = TcpStream::connect(base.trim_start_matches("http://")).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        stream.set_nodelay(true).expect("a socket");
        Self(BufReader::new(stream))
    }

    /// Sends bytes. A server that has answered already may refuse the rest.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        if let Err(cause) = self.0.get_mut().write_all(bytes.as_ref()) {
            assert!(matches!(cause.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset), "{cause}");
        }
        self
    }

    /// Says that nothing more will be sent.
    pub fn end(&mut self) -> &mut Self {
        if let Err(cause) = self.0.get_mut().shutdown(Shutdown::Write) {
            assert_eq!(cause.kind(), ErrorKind::NotConnected, "{cause}");
        }
        self
    }

    /// Reads the next answer.
    pub fn answer(&mut self) -> RawAnswer {
        let (mut answer, lines) = self.head();
        if let Some(length) = answer.headers.get("content-length") {
            answer.bytes = vec![0; length.parse().expect("a length")];
            self.0.read_exact(&mut answer.bytes).expect("a whole body");
        }
        assert!(!answer.headers.contains_key("transfer-encoding"), "this reader knows lengths only");
        RawAnswer { lines, answer }
    }

    /// Reads the next answer where none has a body: to HEAD.
    pub fn bodiless_answer(&mut self) -> RawAnswer {
        let (answer, lines) = self.head();
        RawAnswer { lines, answer }
    }

    /// Reads the next answer to its end, however it is framed: its header lines and everything that follows until its length
    /// is reached or the connection ends. A body in pieces is given as it came.
    pub fn whole_answer(&mut self) -> (Vec<(String, String)>, Vec<u8>) {
        let (answer, lines) = self.head();
        let mut bytes = Vec::new();
        match answer.headers.get("content-length") {
            Some(length) => {
                bytes.resize(length.parse().expect("a length"), 0);
                self.0.read_exact(&mut bytes).expect("a whole body");
            }
            None if answer.headers.contains_key("transfer-encoding") => {
                while !bytes.ends_with(b"\r\n0\r\n\r\n") && !bytes.starts_with(b"0\r\n\r\n") {
                    assert!(self.0.read_until(b'\n', &mut bytes).expect("a piece") > 0, "the body was cut off");
                }
            }
            None => {}
        }
        (lines, bytes)
    }

    /// Whether the server closed the connection; waits for it to say something.
    pub fn is_closed(&mut self) -> bool {
        match self.0.fill_buf() {
            Ok(bytes) => bytes.is_empty(),
            Err(cause) => cause.kind() == ErrorKind::ConnectionReset,
        }
    }

    fn head(&mut self) -> (Answer, Vec<(String, String)>) {
        let status_line = self.line();
        let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut lines = Vec::new();
        loop {
            let line = self.line();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').expect("a header line");
            lines.push((name.to_owned(), value.trim().to_owned()));
        }
        let headers = lines.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect();
        (Answer { status: status.unwrap_or_else(|| panic!("no status: {status_line:?}")), headers, bytes: Vec::new() }, lines)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

impl TestApp {
    /// Sends one request as it stands and reads the answer.
    pub fn raw(&self, request: impl AsRef<[u8]>) -> RawAnswer {
        Wire::open(self).send(request).answer()
    }
}
