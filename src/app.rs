//! Wires the house together: mounts the dialects on a world, starts the server and the background work.

mod http;

use std::io::IsTerminal;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server as HttpHandle, ServerHandle, ServiceRequest, ServiceResponse, fn_service};
use actix_web::{HttpResponse, web};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::admin::{self, Admin, Desk};
use crate::backup::Scheduled;
use crate::config::{Config, Limits, Listen, Shown, TlsMode};
use crate::dialects::MOUNTS;
use crate::dialects::cam::Cam;
use crate::dialects::chat_messages::ChatMessages;
use crate::dialects::chatwork::Chatwork;
use crate::dialects::clickmeeting::ClickMeeting;
use crate::dialects::matrix::Matrix;
use crate::dialects::messenger::Messenger;
use crate::jobs::{self, Jobs};
use crate::meet::{self, Meetings};
use crate::ops::settings;
use crate::reference;
use crate::store::stay_in_snapshots;
use crate::tls::{Tls, TlsError, check_files, host_of, machine_name};
use crate::web::guard::stray;
use crate::web::health::{self, Metrics};
use crate::web::links::Bases;
use crate::web::server::OfficeAuthority;
use crate::web::{Server, assets, dialect, downloads};
use crate::world::World;

/// Connections per worker: silent clients must not lock others out.
const CONNECTIONS: usize = 10_000;
/// With fewer connections altogether an administrator is told what to do.
const FEW_CONNECTIONS: usize = 1_000;
/// How long a client may take nothing of what was sent to it, in milliseconds.
const UNREAD_MS: u32 = 120_000;
/// Threads that serve requests, at most, when the configuration names no number.
const WORKERS: usize = 4;
/// How long a stop waits for readers that stand in the way of emptying the write-ahead log.
const LAST_READERS: Duration = Duration::from_secs(1);
/// Memory of a size that large answers need, which is kept for the next one.
const ANSWER_BYTES: usize = 2 << 20;
/// How often one looks whether there is another certificate to show.
const CERTIFICATE_LOOK: Duration = Duration::from_secs(5);

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
    #[error("can't listen on {listen}: {cause}. Stop what uses it, or choose another address with {}.", .listen.flag())]
    Bind {
        /// The address.
        listen: Listen,
        /// Why.
        cause: std::io::Error,
    },
    /// Connections can't be protected.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Anything else.
    #[error("the server can't be started: {0}")]
    Other(String),
}

/// A running server.
pub struct Running {
    /// Where it listens: what was chosen, then what comes in addition.
    pub endpoints: Vec<Listen>,
    /// How it protects connections, if it does.
    pub tls: Option<Arc<Tls>>,
    /// The world it serves.
    pub world: Arc<World>,
    server: HttpHandle,
    /// The meetings that are going on.
    pub meetings: Arc<Meetings>,
    /// Backups on a schedule.
    pub scheduled: Arc<Scheduled>,
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
        if let Err(cause) = jobs::flush_uses(self.world.clone()).await {
            tracing::warn!(?cause, "the last uses of tokens could not be written down");
        }
        // Some thread may hold the world until the very end, so its writer need not get to this.
        if !tokio::task::spawn_blocking(move || self.world.empty_logs(LAST_READERS)).await.unwrap_or_default() {
            tracing::warn!("the database is still read, so what was deleted may be readable in a write-ahead log until the next start");
        }
        outcome
    }
}

async fn stop_on_signal(handle: Stopper) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping; requests in progress are finished");
    handle.stop(true).await;
}

/// What keeps a server from starting in whatever directory: looked at before a new one is made, which would be left behind.
pub fn look_ahead(config: &Config) -> Result<(), StartError> {
    let server = &config.server;
    if let (TlsMode::Files, Some(cert), Some(key)) = (server.tls, &server.tls_cert, &server.tls_key) {
        check_files(cert, key)?;
    }
    bind(&server.endpoints()).map(drop)
}

/// Starts a server on a world. Has to run inside an actix system.
pub async fn start(world: Arc<World>, settings: &Settings) -> Result<Running, StartError> {
    let files = raise_descriptor_limit();
    keep_memory();
    let tls = Tls::open(&settings.config.server, world.dir(), world.clock().now())?.map(Arc::new);
    let mut listeners = bind(&settings.config.server.endpoints())?;
    let other = |cause: &dyn std::fmt::Display| StartError::Other(cause.to_string());
    let endpoints: Vec<Listen> = listeners.iter().map(|(listen, _)| *listen).collect();
    let own = own_way(&mut listeners)?;
    let metrics = Metrics::new(world.clock().now().seconds(), MOUNTS.iter().map(|mount| mount.name)).map_err(|cause| other(&cause))?;
    let bases = bases(&settings.config, &endpoints, own);
    if settings.config.log.requests {
        let retention = world.read(settings::find_request_retention).map_err(|cause| other(&cause.plain()))?;
        world.keep_requests(retention);
    }
    let meetings = Arc::new(Meetings::new(world.clone(), &settings.config.clickmeeting));
    meetings.clear_up().await.map_err(|cause| StartError::Other(cause.plain()))?;
    let (shared_meetings, running_meetings) = (web::Data::from(meetings.clone()), meetings.clone());
    let mut shared = Server::new(world.clone(), settings.config.clone(), settings.limits, bases, metrics, MOUNTS);
    shared.shown.clone_from(&settings.shown);
    shared.authority = tls.as_ref().and_then(|tls| tls.authority()).map(|authority| OfficeAuthority {
        pem: authority.pem.clone(),
        fingerprint: authority.certificate.fingerprint.clone(),
        until: authority.certificate.until,
    });
    shared.is_protected_only = is_protected_only(&settings.config, &endpoints);
    if settings.opens_admin {
        shared.admin_door = admin::open_door(&world).await.map_err(|cause| StartError::Other(cause.plain()))?;
    }
    let shared = web::Data::new(shared);
    let backup = &settings.config.backup;
    let scheduled = Arc::new(Scheduled::new(backup.schedule, backup.folder(world.dir()), backup.keep()));
    let desk = Arc::new(Desk::new(world.clock().now(), scheduled.clone(), tls.clone()));
    let shared_desk = web::Data::from(desk.clone());

    let workers =
        settings.config.server.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from).min(WORKERS));
    let how = http::How {
        workers,
        connections: connections_for(files, workers),
        shutdown_s: settings.config.server.shutdown_s,
        protection: tls.as_ref().map(|tls| tls.server_config()).transpose()?,
        unsent: shared.metrics.unsent.clone(),
    };
    let configure = move |config: &mut web::ServiceConfig| {
        stay_in_snapshots();
        config.app_data(shared.clone()).app_data(shared_meetings.clone()).app_data(shared_desk.clone()).configure(routes);
    };
    let server = http::serve(listeners, how, configure).map_err(|cause| other(&cause))?;
    let mut jobs = jobs::start(&world, &settings.config, &scheduled);
    jobs.push(meet::meetings::start(meetings));
    if let Some(tls) = &tls {
        jobs.push(tokio::task::spawn_local(keep_certificate(tls.clone(), world.clone())));
    }
    Ok(Running { endpoints, tls, world, meetings: running_meetings, scheduled, desk, handle: server.handle(), server, jobs })
}

/// Everything this server answers.
fn routes(config: &mut web::ServiceConfig) {
    config
        // What starts with a plain text is looked at quickly, so this costs the others next to nothing.
        .service(downloads::scope())
        .service(dialect::scope::<Chatwork>())
        .service(dialect::scope::<ClickMeeting>())
        .service(dialect::scope::<Messenger>())
        .service(dialect::scope::<Matrix>())
        .service(dialect::scope::<Cam>())
        .service(web::resource(assets::CAM_CLIENT).route(web::get().to(assets::cam_client)).route(web::head().to(assets::cam_client)))
        .service(dialect::scope::<ChatMessages>())
        .service(dialect::scope::<Admin>())
        .configure(admin::routes)
        .service(web::resource("/").route(web::get().to(meet::page::home)).route(web::head().to(meet::page::home)))
        .configure(meet::trust::routes)
        .route("/livez", web::get().to(health::livez))
        .route("/readyz", web::get().to(health::readyz))
        .route("/metrics", web::get().to(health::metrics))
        .service(web::resource("/assets/{path:.*}").route(web::get().to(assets::asset)).route(web::head().to(assets::asset)))
        .route("/panel/pdf/{lang}/{session_id}/{code}", web::get().to(downloads::report))
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

/// Takes the addresses; a free port that was asked for has its number then.
fn bind(endpoints: &[Listen]) -> Result<Vec<(Listen, TcpListener)>, StartError> {
    let bind = |listen: &Listen| {
        let bound = TcpListener::bind(listen.address).and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = bound.map_err(|cause| StartError::Bind { listen: *listen, cause })?;
        drop_when_unread(&listener);
        Ok((Listen { address, ..*listen }, listener))
    };
    endpoints.iter().map(bind).collect()
}

/// Where this server asks itself: a plain address that it listens on, else one more of this machine alone.
fn own_way(listeners: &mut Vec<(Listen, TcpListener)>) -> Result<SocketAddr, StartError> {
    if listeners.iter().all(|(listen, _)| listen.is_tls) {
        listeners.extend(bind(&[SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()])?);
    }
    let plain = listeners.iter().find(|(listen, _)| !listen.is_tls);
    plain.map(|(listen, _)| listen.from_here().address).ok_or_else(|| StartError::Other("there is no address to listen on".to_owned()))
}

/// Whether nobody elsewhere can come over a connection that is not protected, by a certificate that browsers know: then they may be
/// told to come this way only. They take that for every port of the host, so it would lock others out.
fn is_protected_only(config: &Config, endpoints: &[Listen]) -> bool {
    let is_public = config.server.public_url.as_deref().is_some_and(|url| url.starts_with("https:"));
    config.server.tls == TlsMode::Files && is_public && endpoints.iter().all(|listen| listen.is_tls || listen.address.ip().is_loopback())
}

/// Shows another certificate when there is one: every few seconds, and at once at SIGHUP. One that can't be used leaves the one before.
async fn keep_certificate(tls: Arc<Tls>, world: Arc<World>) {
    let mut hangup = hangup_signal();
    warn_of_end(&tls, &world);
    loop {
        let _ = tokio::time::timeout(CERTIFICATE_LOOK, hangup_of(&mut hangup)).await;
        let (looked_at, now) = (tls.clone(), world.clock().now());
        match tokio::task::spawn_blocking(move || looked_at.refresh(now)).await {
            Ok(Ok(true)) => {
                let certificate = tls.certificate();
                tracing::info!(until = %certificate.until, fingerprint = certificate.fingerprint, "new connections are shown another certificate");
                warn_of_end(&tls, &world);
            }
            Ok(Ok(false)) => {}
            Ok(Err(cause)) => tracing::error!(%cause, "the certificate stays as it was"),
            Err(cause) => tracing::error!(%cause, "nobody looked for another certificate"),
        }
    }
}

/// A certificate that is over is shown all the same: some clients take it, and nothing else is there.
fn warn_of_end(tls: &Tls, world: &World) {
    let (certificate, now) = (tls.certificate(), world.clock().now());
    if !certificate.is_good_at(now) {
        tracing::warn!(from = %certificate.from, until = %certificate.until, "clients refuse the certificate now; put another one into its files");
    }
}

/// The signal by which systems ask for the configuration to be read again. From a terminal it means that the terminal is gone, and ends the
/// program as ever.
fn hangup_signal() -> Option<Signal> {
    if std::io::stderr().is_terminal() { None } else { signal(SignalKind::hangup()).ok() }
}

async fn hangup_of(hangup: &mut Option<Signal>) {
    match hangup {
        Some(hangup) => drop(hangup.recv().await),
        None => std::future::pending().await,
    }
}

fn bases(config: &Config, endpoints: &[Listen], own: SocketAddr) -> Bases {
    let mut hosts: Vec<String> = config.server.hosts.iter().map(|host| host.to_lowercase()).collect();
    hosts.extend(machine_name());
    // On any port: this server may listen on another one than a proxy in front of it.
    hosts.extend(config.server.public_url.as_deref().and_then(host_of).map(str::to_lowercase));
    Bases {
        public_url: config.server.public_url.clone(),
        hosts,
        endpoints: endpoints.to_vec(),
        own,
        trusted_proxies: config.server.trusted_proxies.clone(),
    }
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

/// The memory of a large answer would go back to the system with it, and be asked for again by the next one: a quarter of the time that a
/// long list takes. glibc keeps twice as much as the largest block that ever went back by itself, so one goes back here. Elsewhere this
/// does nothing.
fn keep_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(ANSWER_BYTES)));
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

/// Whoever asks for much and reads nothing would keep a connection, and what waits to be sent, for ever. Connections have it from
/// their listener.
fn drop_when_unread(listener: &TcpListener) {
    #[cfg(target_os = "linux")]
    if let Err(cause) = rustix::net::sockopt::set_tcp_user_timeout(listener, UNREAD_MS) {
        tracing::debug!(%cause, "connections that nobody reads from have no end of their own");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (listener, UNREAD_MS);
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::{CONNECTIONS, UNREAD_MS, connections_for, drop_when_unread};

    #[test]
    fn connections_leave_files_for_everything_else() {
        for (files, workers, expected) in
            [(1_024, 2, 384), (20_000, 2, 7_500), (1_048_576, 4, CONNECTIONS), (u64::MAX, 64, CONNECTIONS), (0, 1, 1)]
        {
            assert_eq!(connections_for(files, workers), expected, "{files}");
        }
    }

    #[test]
    fn a_connection_ends_that_nobody_reads_from() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        drop_when_unread(&listener);
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        #[cfg(target_os = "linux")]
        assert_eq!(rustix::net::sockopt::tcp_user_timeout(&accepted).unwrap(), UNREAD_MS);
    }
}
