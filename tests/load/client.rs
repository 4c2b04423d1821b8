//! A small client of our own where wrk can't do it: large bodies, paced requests. One connection that is kept.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// Bytes that are read at a time; they are thrown away.
const PIECE: usize = 256 * 1024;

/// A connection to a server.
pub struct Client {
    reader: BufReader<TcpStream>,
    piece: Vec<u8>,
}

impl Client {
    /// Connects to `http://127.0.0.1:1234`.
    pub fn connect(base: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(base.trim_start_matches("http://"))?;
        stream.set_nodelay(true)?;
        Ok(Self { reader: BufReader::with_capacity(16 * 1024, stream), piece: vec![0; PIECE] })
    }

    /// Sends what is written and waits for the end of the answer, which has to be a success; gives the length of its body.
    pub fn exchange(&mut self, write: impl FnOnce(&mut TcpStream) -> io::Result<()>) -> io::Result<u64> {
        write(self.reader.get_mut())?;
        let (status, length) = self.head()?;
        let mut left = length;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let read = self.reader.read(&mut self.piece[..most])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            left -= read as u64;
        }
        if status >= 300 {
            return Err(io::Error::other(format!(
                "answered {status}: {}",
                String::from_utf8_lossy(&self.piece[..length.min(500) as usize])
            )));
        }
        Ok(length)
    }

    /// Status and length of the body.
    fn head(&mut self) -> io::Result<(u16, u64)> {
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no status: {line:?}")))?;
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line)?;
            let header = line.trim_end();
            if header.is_empty() {
                return Ok((status, length));
            }
            let value = header.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            if let Some((_, value)) = value {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
    }
}

/// The head of a request; a length makes it a POST with a body.
pub fn head(path: &str, header: &str, secret: &str, body: Option<(&str, u64)>) -> String {
    let (verb, more) = match body {
        None => ("GET", String::new()),
        Some((content_type, length)) => ("POST", format!("Content-Type: {content_type}\r\nContent-Length: {length}\r\n")),
    };
    format!("{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}: {secret}\r\n{more}\r\n")
}

/// A file on its way in a form.
pub struct Upload {
    head: String,
    before: String,
    after: &'static str,
}

impl Upload {
    /// `bytes` of content under a field's name.
    pub fn new(path: &str, header: &str, secret: &str, field: &str, bytes: u64) -> Self {
        let before = format!(
            "--line\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"notes.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        let after = "\r\n--line--\r\n";
        let length = before.len() as u64 + bytes + after.len() as u64;
        Self { head: head(path, header, secret, Some(("multipart/form-data; boundary=line", length))), before, after }
    }

    /// Sends it.
    pub fn send(&self, client: &mut Client, content: &mut impl Content) -> io::Result<u64> {
        client.exchange(|stream| {
            stream.write_all(format!("{}{}", self.head, self.before).as_bytes())?;
            content.send_to(stream)?;
            stream.write_all(self.after.as_bytes())
        })
    }
}

/// Content that goes into a connection: a file without being copied through this program.
pub trait Content {
    /// Sends all of it.
    fn send_to(&mut self, stream: &mut TcpStream) -> io::Result<()>;
}

impl Content for std::fs::File {
    fn send_to(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        io::copy(self, stream).map(|_| ())
    }
}

impl Content for &[u8] {
    fn send_to(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        stream.write_all(self)
    }
}
