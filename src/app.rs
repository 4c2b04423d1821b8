//! Wires the house together: mounts the dialects on a world, starts the server and the background work.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server as HttpHandle, ServerHandle, ServiceRequest, ServiceResponse, fn_service};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::{App, HttpResponse, HttpServer, web};

use crate::admin::{self, Admin, Desk};
use crate::config::{Config, Limits, Shown};
use crate::dialects::MOUNTS;
use crate::dialects::cam::Cam;
use crate::dialects::chat_messages::ChatMessages;
use crate::dialects::chatwork::Chatwork;
use crate::dialects::clickmeeting::ClickMeeting;
use crate::dialects::matrix::Matrix;
use crate::dialects::messenger::Messenger;
use crate::jobs::{self, Jobs};
use crate::meet::{self, Meetings};
use crate::reference;
use crate::store::stay_in_snapshots;
use crate::web::guard::stray;
use crate::web::health::{self, Metrics};
use crate::web::links::Bases;
use crate::web::{Server, assets, dialect, downloads, front};
use crate::world::World;

/// Idle connections are kept this long.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// A request's head has to arrive within this time.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections per worker: silent clients must not lock others out.
const CONNECTIONS: usize = 10_000;
/// With fewer connections altogether an administrator is told what to do.
const FEW_CONNECTIONS: usize = 1_000;
/// How long a client may take nothing of what was sent to it, in milliseconds.
const UNREAD_MS: u32 = 120_000;
/// Threads that serve requests, at most, when the configuration names no number.
const WORKERS: usize = 4;
/// Threads per worker for work that blocks.
const BLOCKING: usize = 4;

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The configuration.
    pub config: Config,
    /// Whether vendors' rate limits hold.
    pub limits: Limits,
    /// Whether the administration page asks nobody on this machine for a password, as a sandbox's does.
    pub opens_admin: bool,
    /// The configuration as administrators are shown it.
    pub shown: Vec<Shown>,
}

/// Why a server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address is taken or not ours.
    #[error("can't listen on {address}: {cause}. Stop what uses it, or choose another address with --listen ADDR.")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        cause: std::io::Error,
    },
    /// Anything else.
    #[error("the server can't be started: {0}")]
    Other(String),
}

/// A running server.
pub struct Running {
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    /// The world it serves.
    pub world: Arc<World>,
    server: HttpHandle,
    /// The meetings that are going on.
    pub meetings: Arc<Meetings>,
    desk: Arc<Desk>,
    handle: ServerHandle,
    jobs: Jobs,
}

/// Stops a server from elsewhere.
#[derive(Clone)]
pub struct Stopper {
    handle: ServerHandle,
    meetings: Arc<Meetings>,
    desk: Arc<Desk>,
}

impl Stopper {
    /// Stops it; gracefully, what was accepted is finished. Meetings and streams are told first: they would never end.
    pub fn stop(&self, graceful: bool) -> impl Future<Output = ()> + use<> {
        self.meetings.close();
        self.desk.close();
        self.handle.stop(graceful)
    }
}

impl Running {
    /// Stops the server from elsewhere; what was accepted is finished.
    pub fn handle(&self) -> Stopper {
        Stopper { handle: self.handle.clone(), meetings: self.meetings.clone(), desk: self.desk.clone() }
    }

    /// Serves until SIGTERM, SIGINT or a stop through the handle; then finishes what was accepted and what is queued.
    pub async fn stopped(self) -> Result<(), StartError> {
        let signalled = tokio::task::spawn_local(stop_on_signal(self.handle()));
        let outcome = self.server.await.map_err(|cause| StartError::Other(cause.to_string()));
        signalled.abort();
        self.desk.settle();
        self.jobs.stop().await;
        if let Err(cause) = self.meetings.end_all().await {
            tracing::warn!(?cause, "sessions that were going on could not be ended; the next start ends them");
        }
        if let Some(log) = self.world.requests() {
            log.settle();
        }
        if let Err(cause) = jobs::flush_uses(self.world).await {
            tracing::warn!(?cause, "the last uses of tokens could not be written down");
        }
        outcome
    }
}

async fn stop_on_signal(handle: Stopper) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping; requests in progress are finished");
    handle.stop(true).await;
}

/// Starts a server on a world. Has to run inside an actix system.
pub async fn start(world: Arc<World>, settings: &Settings) -> Result<Running, StartError> {
    let files = raise_descriptor_limit();
    let listeners = bind(&settings.config.server.listen)?;
    let other = |cause: &dyn std::fmt::Display| StartError::Other(cause.to_string());
    let addresses: Vec<SocketAddr> =
        listeners.iter().map(TcpListener::local_addr).collect::<Result<_, _>>().map_err(|cause| other(&cause))?;
    let metrics = Metrics::new(world.clock().now().seconds(), MOUNTS.iter().map(|mount| mount.name)).map_err(|cause| other(&cause))?;
    let bases = bases(&settings.config, &addresses);
    if settings.config.log.requests {
        world.keep_requests();
    }
    let meetings = Arc::new(Meetings::new(world.clone(), settings.config.clickmeeting.attendees));
    meetings.clear_up().await.map_err(|cause| StartError::Other(cause.plain()))?;
    let (shared_meetings, running_meetings) = (web::Data::from(meetings.clone()), meetings.clone());
    let mut shared = Server::new(world.clone(), settings.config.clone(), settings.limits, bases, metrics, MOUNTS);
    shared.shown.clone_from(&settings.shown);
    if settings.opens_admin {
        shared.admin_door = admin::open_door(&world).await.map_err(|cause| StartError::Other(cause.plain()))?;
    }
    let shared = web::Data::new(shared);
    let desk = Arc::new(Desk::new(world.clock().now()));
    let shared_desk = web::Data::from(desk.clone());

    let workers =
        settings.config.server.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from).min(WORKERS));
    let connections = connections_for(files, workers);
    let mut http = HttpServer::new(move || {
        stay_in_snapshots();
        let app = App::new().app_data(shared.clone()).app_data(shared_meetings.clone()).app_data(shared_desk.clone());
        app.configure(routes).wrap(from_fn(front::front))
    })
    .workers(workers)
    .worker_max_blocking_threads(BLOCKING)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(HEAD_TIMEOUT)
    .max_connections(connections)
    .on_connect(|connection, _| {
        if let Some(stream) = connection.downcast_ref::<TcpStream>() {
            drop_when_unread(stream);
        }
    })
    .shutdown_timeout(settings.config.server.shutdown_s)
    .disable_signals();
    for listener in listeners {
        http = http.listen(listener).map_err(|cause| other(&cause))?;
    }
    let server = http.run();
    let mut jobs = jobs::start(&world, &settings.config);
    jobs.push(meet::meetings::start(meetings));
    Ok(Running { addresses, world, meetings: running_meetings, desk, handle: server.handle(), server, jobs })
}

/// Everything this server answers.
fn routes(config: &mut web::ServiceConfig) {
    config
        .service(dialect::scope::<Chatwork>())
        .service(dialect::scope::<ClickMeeting>())
        .service(dialect::scope::<Messenger>())
        .service(dialect::scope::<Matrix>())
        .service(dialect::scope::<Cam>())
        .service(web::resource(assets::CAM_CLIENT).route(web::get().to(assets::cam_client)).route(web::head().to(assets::cam_client)))
        .service(dialect::scope::<ChatMessages>())
        .service(dialect::scope::<Admin>())
        .configure(admin::routes)
        .route("/", web::get().to(meet::page::home))
        .route("/livez", web::get().to(health::livez))
        .route("/readyz", web::get().to(health::readyz))
        .route("/metrics", web::get().to(health::metrics))
        .service(web::resource("/assets/{path:.*}").route(web::get().to(assets::asset)).route(web::head().to(assets::asset)))
        .service(
            web::resource("/files/rec/{recording_id}")
                .route(web::get().to(downloads::recording))
                .route(web::head().to(downloads::recording)),
        )
        .service(web::resource("/files/a/{key}").route(web::get().to(downloads::attachment)).route(web::head().to(downloads::attachment)))
        .route("/panel/pdf/{lang}/{session_id}/{code}", web::get().to(downloads::report))
        .service(
            web::resource("/files/{file_id}/{name:.*}")
                .route(web::get().to(downloads::download))
                .route(web::head().to(downloads::download)),
        )
        .route("/g/{code}", web::get().to(meet::invitation::show))
        .route("/g/{code}", web::post().to(meet::invitation::join))
        .configure(meet::routes)
        .configure(reference::routes)
        .default_service(fn_service(elsewhere));
}

/// A path that belongs to nobody: the dialect whose token the request carries answers, else a plain 404.
async fn elsewhere(req: ServiceRequest) -> Result<ServiceResponse, actix_web::Error> {
    let server = req.app_data::<web::Data<Server>>().cloned();
    match server {
        Some(server) if req.headers().contains_key("x-chatworktoken") => Ok(stray::<Chatwork>(&server, req)),
        Some(server) if req.headers().contains_key("x-api-key") => Ok(stray::<ClickMeeting>(&server, req)),
        Some(server) if ["api-token", "personal-access-token"].iter().any(|name| req.headers().contains_key(*name)) => {
            Ok(stray::<Messenger>(&server, req))
        }
        Some(server) if req.headers().contains_key("x-cam-apitoken") => Ok(stray::<Cam>(&server, req)),
        Some(server) if req.headers().contains_key("authorization") => Ok(stray::<ChatMessages>(&server, req)),
        _ => Ok(req
            .into_response(HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("There is nothing at this address.\n"))),
    }
}

fn bind(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, StartError> {
    addresses.iter().map(|address| TcpListener::bind(address).map_err(|cause| StartError::Bind { address: *address, cause })).collect()
}

fn bases(config: &Config, addresses: &[SocketAddr]) -> Bases {
    let mut hosts: Vec<String> = config.server.hosts.iter().map(|host| host.to_lowercase()).collect();
    hosts.extend(machine_name());
    Bases {
        public_url: config.server.public_url.clone(),
        hosts,
        first_listen: addresses.first().copied().unwrap_or_else(|| SocketAddr::from((IpAddr::from(Ipv4Addr::LOCALHOST), 8080))),
        trusted_proxies: config.server.trusted_proxies.clone(),
    }
}

/// This machine's name, in lower case.
pub fn machine_name() -> Option<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().to_lowercase();
    (!name.is_empty()).then_some(name)
}

/// Many clients keep many connections; the usual limit of 1,024 open files is too small for that. Gives the limit as it is then.
fn raise_descriptor_limit() -> u64 {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(cause) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%cause, "the limit of open files could not be raised");
    }
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Connections that each worker may have. A quarter of the files stays for everything else: a server that has none left could
/// neither read nor accept.
fn connections_for(files: u64, workers: usize) -> usize {
    let most = usize::try_from(files / 4 * 3).unwrap_or(usize::MAX) / workers.max(1);
    let all = most.min(CONNECTIONS) * workers;
    if all < FEW_CONNECTIONS {
        tracing::warn!(
            files,
            connections = all,
            "few connections are possible; let the system allow more open files (LimitNOFILE=, ulimit -n)"
        );
    } else {
        tracing::info!(files, connections = all, "so many files and connections may be open");
    }
    most.clamp(1, CONNECTIONS)
}

/// Whoever asks for much and reads nothing would keep a connection, and what waits to be sent, for ever.
fn drop_when_unread(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    if let Err(cause) = rustix::net::sockopt::set_tcp_user_timeout(stream, UNREAD_MS) {
        tracing::debug!(%cause, "a connection has no end of its own");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (stream, UNREAD_MS);
}

#[cfg(test)]
mod tests {
    use super::{CONNECTIONS, UNREAD_MS, connections_for, drop_when_unread};

    #[test]
    fn connections_leave_files_for_everything_else() {
        for (files, workers, expected) in
            [(1_024, 2, 384), (20_000, 2, 7_500), (1_048_576, 4, CONNECTIONS), (u64::MAX, 64, CONNECTIONS), (0, 1, 1)]
        {
            assert_eq!(connections_for(files, workers), expected, "{files}");
        }
    }

    #[actix_web::test]
    async fn a_connection_ends_that_nobody_reads_from() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        drop_when_unread(&stream);
        #[cfg(target_os = "linux")]
        assert_eq!(rustix::net::sockopt::tcp_user_timeout(&stream).unwrap(), UNREAD_MS);
    }
}
