//! The connections below all requests: a head that has begun has to come, and answers that nobody takes don't fill the memory.
//!
//! actix-http (3.20) asks only of a connection's first head that it comes within a time (and when it was itself busy for so long, it
//! doesn't look whether the head has come), and keeps what was not sent for as long as the system keeps the connection. So each stream
//! is watched by us. Its requests tell it when they begin and end, through what actix hands from a connection to its requests.

use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest};
use prometheus::{IntGauge, IntGaugeVec};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout};

use crate::domain;

/// The head of a request has to arrive within this time, and so has a handshake.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Before a connection ends one looks once more: a thread that was busy until now has not heard yet what happened meanwhile.
const LAST_WORD: Duration = Duration::from_millis(100);
/// What is said to whoever is later.
const TOO_LATE: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
/// Bytes of answers that may wait for their readers, on all connections of a server together, before slow ones are ended.
const UNSENT_BYTES: i64 = 64 << 20;
/// With so many in answers of APIs none is added: nobody looks how fast readers are while answers are made.
const FULL_BYTES: i64 = 128 << 20;
/// Answers that are made at the same time, most of them waiting for a commit: they are counted when they are there.
const PLACES: usize = 64;
/// How long an answer waits for its place, and how often it asks.
const PATIENCE: Duration = Duration::from_secs(10);
const ASKING: Duration = Duration::from_millis(50);
/// How often one looks then whether a reader takes anything.
const LOOK: Duration = Duration::from_secs(1);
/// Bytes of an answer that are offered to a stream at a time.
const PIECE: usize = 64 << 10;
/// Whoever takes less from one look to the next is slow.
const LEAST_TAKEN: usize = 64 << 10;

/// What a connection and the requests that came over it know of each other.
#[derive(Debug)]
pub struct Connection {
    /// Whether it is protected. One that a proxy took is not.
    pub is_protected: bool,
    /// Whether many requests share it (HTTP/2, which has its own way to end who says nothing).
    is_shared: bool,
    /// Requests that are not answered to the end.
    under_way: Cell<u32>,
    /// When the head has to be there that has begun, and whether that is the last word; the first begins with the connection.
    head_due: Cell<Option<(Instant, bool)>>,
    /// Bytes that its stream was offered and didn't take.
    offered: Cell<usize>,
    /// Bytes of its answers that were not offered to it yet.
    held: Cell<i64>,
    /// Wakes a stream that many requests share, and which nothing else wakes while their answers wait.
    waker: RefCell<Option<Waker>>,
    /// Both of all connections together.
    all: Unsent,
}

/// Bytes of answers that wait for their readers, on all connections of a server.
#[derive(Clone, Debug)]
pub struct Unsent {
    /// In connections: their streams were offered them.
    offered: IntGauge,
    /// In answers of APIs.
    held: IntGauge,
    /// Places for answers that are being made.
    places: Arc<Semaphore>,
}

impl Unsent {
    /// Counts in a gauge with one label.
    pub fn new(gauge: &IntGaugeVec) -> Self {
        let [offered, held] = ["connections", "answers"].map(|place| gauge.with_label_values(&[place]));
        Self { offered, held, places: Arc::new(Semaphore::new(PLACES)) }
    }

    fn is_much(&self) -> bool {
        self.offered.get() + self.held.get() > UNSENT_BYTES
    }

    /// A place for another answer while it is made; busy if there is none for long. Most answers are made in one go, so that hardly any
    /// place is ever taken when somebody asks.
    pub async fn take_place(&self) -> Result<SemaphorePermit<'_>, domain::Error> {
        if !self.is_full()
            && let Ok(place) = self.places.try_acquire()
        {
            return Ok(place);
        }
        timeout(PATIENCE, self.wait_for_place()).await.map_err(|_| domain::Error::Busy)?
    }

    fn is_full(&self) -> bool {
        self.held.get() > FULL_BYTES
    }

    async fn wait_for_place(&self) -> Result<SemaphorePermit<'_>, domain::Error> {
        let place = self.places.acquire().await.map_err(domain::Error::internal)?;
        while self.is_full() {
            sleep(ASKING).await;
        }
        Ok(place)
    }
}

impl Connection {
    /// One that has just been made.
    pub fn new(is_protected: bool, is_shared: bool, all: Unsent) -> Self {
        let (under_way, head_due, waker) = (Cell::new(0), Cell::new(None), RefCell::new(None));
        let made = Self { is_protected, is_shared, under_way, head_due, offered: Cell::new(0), held: Cell::new(0), waker, all };
        made.begin_head();
        made
    }

    /// Something came that belongs to no request which is known.
    fn begin_head(&self) {
        if !self.is_shared && self.under_way.get() == 0 && self.head_due.get().is_none() {
            self.head_due.set(Some((Instant::now() + HEAD_TIMEOUT, false)));
        }
    }

    fn set_offered(&self, bytes: usize) {
        let before = self.offered.replace(bytes);
        if before != bytes {
            self.all.offered.add(bytes as i64 - before as i64);
        }
    }

    fn add_held(&self, more: i64) {
        self.held.set(self.held.get() + more);
        self.all.held.add(more);
        self.waker.take().into_iter().for_each(Waker::wake);
    }

    fn has_unsent(&self) -> bool {
        self.offered.get() > 0 || self.held.get() > 0
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.set_offered(0);
    }
}

/// A request that is answered; until this is dropped.
#[derive(Debug)]
pub struct UnderWay(Rc<Connection>);

impl UnderWay {
    /// Tells the connection of a request, if it came over one, that its head is complete.
    pub fn begin(req: &HttpRequest) -> Option<Self> {
        let connection = req.conn_data::<Rc<Connection>>()?;
        connection.head_due.set(None);
        connection.under_way.set(connection.under_way.get() + 1);
        Some(Self(Rc::clone(connection)))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.set(self.0.under_way.get() - 1);
    }
}

/// The body of an answer, which ends its request. One that is there as a whole is sent piece by piece: the connection's own buffer
/// would hold a second whole one, and while nobody reads, a third of the request after it.
#[derive(Debug)]
pub struct Answer {
    body: Body,
    /// Bytes of it that wait in memory, where they count.
    held: usize,
    under_way: Option<UnderWay>,
}

#[derive(Debug)]
enum Body {
    Whole(Bytes),
    Other(BoxBody),
}

impl Answer {
    /// The body of the answer to a request. What no API answers is in memory once, for everybody, and does not count.
    pub fn new(body: BoxBody, under_way: Option<UnderWay>, is_of_api: bool) -> Self {
        let body = match body.size() {
            BodySize::Sized(1..) => body.try_into_bytes().map_or_else(Body::Other, Body::Whole),
            _ => Body::Other(body),
        };
        let whole = if let Body::Whole(bytes) = &body { bytes.len() } else { 0 };
        let mut answer = Self { body, held: 0, under_way };
        if is_of_api && (whole > PIECE || answer.is_beside_others()) {
            answer.hold(whole);
        }
        answer
    }

    fn is_beside_others(&self) -> bool {
        self.under_way.as_ref().is_some_and(|UnderWay(connection)| connection.is_shared)
    }

    fn hold(&mut self, bytes: usize) {
        let before = std::mem::replace(&mut self.held, bytes);
        if let Some(UnderWay(connection)) = self.under_way.as_ref().filter(|_| before != bytes) {
            connection.add_held(bytes as i64 - before as i64);
        }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        match &mut self.body {
            Body::Whole(rest) if rest.is_empty() => Poll::Ready(None),
            Body::Whole(rest) => Poll::Ready(Some(Ok(rest.split_to(rest.len().min(PIECE))))),
            Body::Other(body) => Pin::new(body).poll_next(cx).map_err(Error::from),
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.hold(0);
    }
}

impl MessageBody for Answer {
    type Error = Error;

    fn size(&self) -> BodySize {
        match &self.body {
            Body::Whole(bytes) => BodySize::Sized(bytes.len() as u64),
            Body::Other(body) => body.size(),
        }
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let is_made_on_the_way = matches!(self.body, Body::Other(_)) && self.is_beside_others();
        if is_made_on_the_way {
            // Whoever asks for more has sent what it got.
            self.hold(0);
        }
        let piece = ready!(self.poll_piece(cx));
        if let Some(Ok(piece)) = piece.as_ref().filter(|_| is_made_on_the_way) {
            self.hold(piece.len());
        }
        Poll::Ready(piece)
    }
}

/// A connection's stream. It ends when a head doesn't come, and when too much waits for readers and this one is slow.
#[derive(Debug)]
pub struct Watched<T> {
    stream: T,
    connection: Rc<Connection>,
    /// Bytes that were taken since the last look, while some wait.
    taken: usize,
    /// When one looks, and whether that is the last word.
    next_look: Option<(Instant, bool)>,
    alarm: Alarm,
}

impl<T> Watched<T> {
    /// Watches a stream.
    pub fn new(stream: T, connection: Connection) -> Self {
        Self { stream, connection: Rc::new(connection), taken: 0, next_look: None, alarm: Alarm::default() }
    }

    /// What its requests are to know.
    pub fn connection(&self) -> Rc<Connection> {
        Rc::clone(&self.connection)
    }

    /// Whether the head that has begun is not there in time.
    fn poll_late_head(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Some((due, is_last_word)) = self.connection.head_due.get().filter(|_| self.connection.under_way.get() == 0) {
            ready!(self.alarm.poll(cx, due));
            if is_last_word {
                return Poll::Ready(());
            }
            self.connection.head_due.set(Some((Instant::now() + LAST_WORD, true)));
        }
        Poll::Pending
    }

    /// Whether the reader is slow while too much waits.
    fn poll_slow_reader(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.connection.has_unsent() {
            self.next_look = None;
            *self.connection.waker.borrow_mut() = self.connection.is_shared.then(|| cx.waker().clone());
            return Poll::Pending;
        }
        loop {
            let (look, is_last_word) = *self.next_look.get_or_insert_with(|| {
                self.taken = 0;
                (Instant::now() + LOOK, false)
            });
            ready!(self.alarm.poll(cx, look));
            let is_slow = self.taken < LEAST_TAKEN && self.connection.all.is_much();
            if is_slow && is_last_word {
                return Poll::Ready(());
            }
            self.next_look = is_slow.then(|| (Instant::now() + LAST_WORD, true));
        }
    }

    /// Notes how much of what was offered the reader took.
    fn note(&mut self, offered: usize, took: &Poll<io::Result<usize>>) {
        let took = match took {
            Poll::Ready(Ok(took)) => *took,
            Poll::Ready(Err(_)) => return,
            Poll::Pending => 0,
        };
        self.taken += took;
        if !self.connection.is_shared {
            self.connection.set_offered(offered - took);
        }
    }

    fn end_slow_reader(&mut self, took: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if took.is_pending() {
            ready!(self.poll_slow_reader(cx));
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        took
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Watched<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Pending if self.poll_slow_reader(cx).is_ready() => Poll::Ready(Err(ErrorKind::TimedOut.into())),
            Poll::Pending => {
                ready!(self.poll_late_head(cx));
                if self.connection.offered.get() == 0 {
                    // Who is gone need not hear of it.
                    let _ = Pin::new(&mut self.stream).poll_write(cx, TOO_LATE);
                }
                // As if the other side had no more to say: what is on its way to it is still sent.
                Poll::Ready(Ok(()))
            }
            read => {
                if buffer.filled().len() > before {
                    self.connection.begin_head();
                }
                read
            }
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let took = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(bytes.len(), &took);
        self.end_slow_reader(took, cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let took = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.note(parts.iter().map(|part| part.len()).sum(), &took);
        self.end_slow_reader(took, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Wakes a connection. One timer serves for all that it waits for: it is set anew only when it has gone off or would go off too late,
/// so that requests in quick succession cost none.
#[derive(Debug, Default)]
struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Whether a time has come.
    fn poll(&mut self, cx: &mut Context<'_>, due: Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if sleep.deadline() > due {
            sleep.as_mut().reset(due);
        }
        loop {
            ready!(sleep.as_mut().poll(cx));
            if sleep.deadline() >= due {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(due);
        }
    }
}
