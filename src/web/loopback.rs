//! Asking this server itself, over its own address: what comes back went through everything that a client's request goes
//! through, down to the headers.

use std::time::Duration;

use actix_web::http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::server::Server;
use crate::domain::Error;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Largest answer, in bytes, with its head.
const ANSWER_BYTES: u64 = 1024 * 1024;

/// What this server answered.
#[derive(Debug, PartialEq, Eq)]
pub struct Answered {
    /// Status.
    pub status: u16,
    /// Headers, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

/// GET, with these headers besides the host.
pub async fn get(server: &Server, path: &str, headers: &[(&str, String)]) -> Result<Answered, Error> {
    let host = server.bases.own;
    // HTTP/1.0: the body comes in one piece and ends with the connection.
    let mut request = format!("GET {path} HTTP/1.0\r\nhost: {host}\r\nuser-agent: crosstalk-admin\r\naccept: application/json\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    let raw = tokio::time::timeout(PATIENCE, exchange(server, &request)).await.map_err(|_| Error::Busy)?.map_err(Error::internal)?;
    parse(&raw).ok_or_else(|| Error::internal("this server's own answer can't be read"))
}

async fn exchange(server: &Server, request: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server.bases.own).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut raw = Vec::new();
    stream.take(ANSWER_BYTES).read_to_end(&mut raw).await?;
    Ok(raw)
}

/// An answer in one piece; of one that was too large, what arrived.
fn parse(raw: &[u8]) -> Option<Answered> {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(raw.get(..end)?).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok().filter(|status| StatusCode::from_u16(*status).is_ok())?;
    let headers = lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    let body = String::from_utf8_lossy(raw.get(end + 4..)?).into_owned();
    Some(Answered { status, headers: headers.collect(), body })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_answer_is_read_in_its_parts() {
        let answered = parse(b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nx-a:1\r\n\r\n{\"a\":\"\xc5\x82\"}").unwrap();
        assert_eq!((answered.status, answered.body.as_str()), (404, "{\"a\":\"ł\"}"));
        assert_eq!(answered.headers, [("content-type".to_owned(), "application/json".to_owned()), ("x-a".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for raw in ["", "HTTP/1.1 200 OK\r\n", "x\r\n\r\n", "HTTP/1.1 20x OK\r\n\r\n", "HTTP/1.1 99999 OK\r\n\r\n"] {
            assert_eq!(parse(raw.as_bytes()), None, "{raw}");
        }
    }
}
