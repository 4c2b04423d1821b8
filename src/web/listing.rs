//! Lists that may be far larger than memory: written entry by entry into small pieces, each read and sent before the next.
//!
//! Invariant: what is in memory at a time is one page of entries and one piece of the body. No snapshot is held while a
//! piece waits for its client: each page is read in one of its own.

use std::sync::Arc;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, web};
use futures_util::stream;

use super::call::Call;
use super::dialect::Fault;
use super::format::{Format, Frame};
use super::server::Server;
use crate::domain::Error;

/// A piece is sent as soon as it has this many bytes; it is longer by one entry at most.
pub const PIECE: usize = 64 * 1024;

/// Entries of a list, in their order.
pub trait Entries: Send + 'static {
    /// Writes the next entry behind what is there; says whether there was one.
    fn write_next(&mut self, server: &Server, format: Format, into: &mut Vec<u8>) -> Result<bool, Error>;
}

/// Where a list stands in something larger: written around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// How many there are.
    pub total: u64,
    /// How many are shown at most.
    pub limit: usize,
    /// How many were left out before.
    pub skip: usize,
}

/// A list, bare or in an object with its total.
pub struct List<E> {
    entries: E,
    paging: Option<Paging>,
    format: Format,
    count: usize,
    is_over: bool,
}

impl<E: Entries> List<E> {
    /// From entries.
    pub fn new(entries: E, paging: Option<Paging>) -> Self {
        Self { entries, paging, format: Format::Json, count: 0, is_over: false }
    }

    /// The next piece; none after the last one.
    pub fn next_piece(&mut self, server: &Server) -> Result<Option<Vec<u8>>, Error> {
        if self.is_over {
            return Ok(None);
        }
        let mut piece = Vec::with_capacity(1024);
        let frame = self.frame();
        if self.count == 0 {
            piece.extend_from_slice(frame.head.as_bytes());
        }
        while piece.len() < PIECE {
            let before = piece.len();
            if self.count > 0 {
                piece.extend_from_slice(frame.between.as_bytes());
            }
            if !self.entries.write_next(server, self.format, &mut piece)? {
                piece.truncate(before);
                piece.extend_from_slice(frame.tail.as_bytes());
                self.is_over = true;
                break;
            }
            self.count += 1;
        }
        Ok(Some(piece))
    }

    fn frame(&self) -> Frame {
        let numbers = self.paging.map(|paging| [("total", paging.total), ("limit", paging.limit as u64), ("skip", paging.skip as u64)]);
        self.format.frame(numbers)
    }
}

/// Answers a call with a list that `start` gives. What is slow to find is looked for on threads that may block.
pub async fn answer<E, F>(call: &Call, is_slow: bool, start: F) -> Result<HttpResponse, Fault>
where
    E: Entries,
    F: FnOnce(&Server) -> Result<List<E>, Error> + Send + 'static,
{
    let (server, format) = (call.shared_server(), call.format());
    let first = move |server: &Server| {
        let mut list = List { format, ..start(server)? };
        let piece = list.next_piece(server)?.unwrap_or_default();
        Ok((list, piece))
    };
    let (list, piece) = run(&server, is_slow, first).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, format.content_type()));
    if list.is_over {
        return Ok(answer.body(piece));
    }
    let rest = stream::try_unfold((list, Some(piece)), move |(mut list, ready)| {
        let server = server.clone();
        async move {
            if let Some(piece) = ready {
                return Ok(Some((web::Bytes::from(piece), (list, None))));
            }
            let next: Result<_, Error> =
                run(&server, is_slow, move |server: &Server| list.next_piece(server).map(|piece| (list, piece))).await;
            match next {
                Ok((list, Some(piece))) => Ok(Some((web::Bytes::from(piece), (list, None)))),
                Ok((_, None)) => Ok(None),
                Err(error) => {
                    tracing::error!(cause = ?error, "a list broke off in the middle");
                    Err(actix_web::Error::from(Fault(error)))
                }
            }
        }
    });
    Ok(answer.streaming(Box::pin(rest)))
}

/// Runs work here, or on a thread that may block.
async fn run<T, F>(server: &Arc<Server>, is_slow: bool, work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(&Server) -> Result<T, Error> + Send + 'static,
{
    if !is_slow {
        return work(server);
    }
    let server = server.clone();
    web::block(move || work(&server)).await.map_err(Error::internal)?
}
