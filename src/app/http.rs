//! The HTTP server: actix's, put together by hand, so that it serves streams which are watched (`web/connections.rs`).

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_tls::accept::TlsError;
use actix_tls::accept::rustls_0_23::{Acceptor, TlsStream};
use actix_web::App;
use actix_web::dev::AppConfig;
use actix_web::middleware::from_fn;
use actix_web::web::ServiceConfig;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::config::Listen;
use crate::web::connections::{Connection, HEAD_TIMEOUT, Unsent, Watched};
use crate::web::front::front;

/// Idle connections are kept this long.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Connections of HTTP/2 have to begin within this time. Heads of HTTP/1.1 have less, but that is for `Watched` to say, which looks
/// first whether they have come.
const START_TIMEOUT: Duration = Duration::from_secs(15);
/// What is still on its way when a connection ends may be taken this long.
const LAST_BYTES: Duration = Duration::from_secs(1);
/// Threads per worker for work that blocks.
const BLOCKING: usize = 4;
/// Protocols that protected connections speak, the better one first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// How to serve.
pub(super) struct How {
    /// Threads that serve requests.
    pub(super) workers: usize,
    /// Connections that each of them may have.
    pub(super) connections: usize,
    /// Seconds that a stop waits for requests in progress.
    pub(super) shutdown_s: u64,
    /// How connections are protected, where they are.
    pub(super) protection: Option<ServerConfig>,
    /// Counts bytes of answers that wait for their readers.
    pub(super) unsent: Unsent,
}

/// Serves what is configured on these addresses, until the server that this gives is stopped. Each worker and address configures for
/// itself. Has to run inside an actix system.
pub(super) fn serve<C>(listeners: Vec<(Listen, TcpListener)>, how: How, configure: C) -> io::Result<Server>
where
    C: Fn(&mut ServiceConfig) + Send + Clone + 'static,
{
    let mut server = Server::build()
        .workers(how.workers)
        .worker_max_blocking_threads(BLOCKING)
        .max_concurrent_connections(how.connections)
        .shutdown_timeout(how.shutdown_s)
        .disable_signals();
    for (listen, listener) in listeners {
        let (name, stopping) = (listen.to_string(), server.graceful_shutdown_signal());
        let (configure, unsent) = (configure.clone(), how.unsent.clone());
        server = match how.protection.clone().filter(|_| listen.is_tls) {
            Some(mut protection) => {
                protection.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
                server.listen(name, listener, move || protected(protection.clone(), unsent.clone(), speak(&configure, &stopping)))?
            }
            None => server.listen(name, listener, move || plain(unsent.clone(), speak(&configure, &stopping)))?,
        };
    }
    Ok(server.run())
}

/// A stream, what it speaks and who is at its other end.
type Accepted<T> = (Watched<T>, Protocol, Option<SocketAddr>);

/// Speaks HTTP on watched streams.
fn speak<T, C>(
    configure: &C,
    stopping: &GracefulShutdownSignal,
) -> impl ServiceFactory<Accepted<T>, Config = (), Response = (), Error = DispatchError, InitError = ()> + use<T, C>
where
    T: AsyncRead + AsyncWrite + Unpin + 'static,
    C: Fn(&mut ServiceConfig),
{
    let app = App::new().configure(configure).wrap(from_fn(front)).into_factory();
    let stopping = stopping.clone();
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(START_TIMEOUT)
        .client_disconnect_timeout(LAST_BYTES)
        .on_connect_ext(|stream: &Watched<T>, data| {
            data.insert(stream.connection());
        })
        .finish(map_config(app.map_err(|cause| cause.error_response()), |()| AppConfig::default()))
}

fn plain<S>(
    unsent: Unsent,
    http: S,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = S::Error, InitError = ()> + use<S>
where
    S: ServiceFactory<Accepted<TcpStream>, Config = (), Response = (), InitError = ()> + 'static,
{
    let watch = move |stream: TcpStream| {
        let peer = stream.peer_addr().ok();
        let watched = Watched::new(stream, Connection::new(false, false, unsent.clone()));
        async move { Ok((watched, Protocol::Http1, peer)) }
    };
    fn_service(watch).and_then(http)
}

fn protected<S>(
    protection: ServerConfig,
    unsent: Unsent,
    http: S,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = TlsError<io::Error, S::Error>, InitError = ()> + use<S>
where
    S: ServiceFactory<Accepted<TlsStream<TcpStream>>, Config = (), Response = (), InitError = ()> + 'static,
{
    let watch = move |stream: TlsStream<TcpStream>| {
        let (socket, session) = stream.get_ref();
        let (peer, is_shared) = (socket.peer_addr().ok(), session.alpn_protocol() == Some(PROTOCOLS[0]));
        let watched = Watched::new(stream, Connection::new(true, is_shared, unsent.clone()));
        (watched, if is_shared { Protocol::Http2 } else { Protocol::Http1 }, peer)
    };
    let mut acceptor = Acceptor::new(protection);
    acceptor.set_handshake_timeout(HEAD_TIMEOUT);
    acceptor.map_err(TlsError::into_service_error).map(watch).and_then(http.map_err(TlsError::Service))
}
