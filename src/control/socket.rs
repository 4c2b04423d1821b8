//! The way into a running server for people on the same machine: HTTP over a socket in the data directory.
//!
//! Never bound to TCP. Only the server's own user and root get an answer, whatever the file's permissions say.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::{Answer, Command, Fault, Refusal, ServerSettings, execute_watched};
use crate::backup::{UNWATCHED, Watch};
use crate::store::Cause;
use crate::world::World;

/// The socket's name in the data directory.
const NAME: &str = "control.sock";
/// Longest path of a socket that every system takes.
const LONGEST_PATH: usize = 100;
/// Largest command.
const COMMAND_BYTES: usize = 64 << 20;
/// Lines of an answer that wait for being heard.
const LINES: usize = 16;
/// Largest answer: a list of the most people there may be.
const ANSWER_BYTES: u64 = 64 << 20;

/// A control socket that is being served. Dropping it takes the file away.
pub struct Control {
    path: PathBuf,
    handle: ServerHandle,
    is_over: Arc<AtomicBool>,
}

impl Control {
    /// Where the socket is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Stops serving; commands in progress are finished, but for what takes long: that is broken off.
    pub async fn stop(self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.handle.stop(true).await;
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The user id at the other end of a connection.
#[derive(Clone, Copy)]
struct Peer(u32);

/// What the server goes by at this moment.
type Settings = Arc<dyn Fn() -> ServerSettings + Send + Sync>;

/// Serves commands on a world's control socket. Has to run inside a runtime.
pub fn start(world: Arc<World>, settings: Settings) -> io::Result<Control> {
    let path = socket_path(world.dir())?;
    let listener = bind(&path).map_err(|cause| io::Error::new(cause.kind(), format!("{}: {cause}", path.display())))?;
    let (world, settings) = (web::Data::from(world), web::Data::new(settings));
    let is_over = Arc::new(AtomicBool::new(false));
    let shared = web::Data::from(is_over.clone());
    let server = HttpServer::new(move || {
        let app = App::new().app_data(world.clone()).app_data(settings.clone()).app_data(shared.clone());
        app.route("/command", web::post().to(command))
    })
    .workers(1)
    .worker_max_blocking_threads(2)
    .disable_signals()
    .on_connect(|connection, data| {
        let stream = connection.downcast_ref::<tokio::net::UnixStream>();
        if let Some(credentials) = stream.and_then(|stream| stream.peer_cred().ok()) {
            data.insert(Peer(credentials.uid()));
        }
    })
    .listen_uds(listener)?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(Control { path, handle, is_over })
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// In the data directory; where that path is too long for a socket, in the user's runtime directory.
pub(super) fn socket_path(dir: &Path) -> io::Result<PathBuf> {
    let dir = std::path::absolute(dir)?;
    let path = dir.join(NAME);
    if path.as_os_str().len() <= LONGEST_PATH {
        return Ok(path);
    }
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let digest = Sha256::digest(dir.as_os_str().as_encoded_bytes());
    Ok(runtime.join(format!("crosstalk-{}.sock", data_encoding::HEXLOWER.encode(&digest[..8]))))
}

async fn command(
    req: HttpRequest,
    world: web::Data<World>,
    settings: web::Data<Settings>,
    is_over: web::Data<AtomicBool>,
    body: web::Payload,
) -> HttpResponse {
    let Some(peer) = req.conn_data::<Peer>().copied().filter(is_allowed) else {
        return refuse(HttpResponse::Forbidden(), "only the server's own user and root may do this".to_owned());
    };
    let Ok(Ok(body)) = body.to_bytes_limited(COMMAND_BYTES).await else {
        return refuse(HttpResponse::PayloadTooLarge(), "the command is too long".to_owned());
    };
    let Ok(command) = serde_json::from_slice::<Command>(&body) else {
        return refuse(HttpResponse::BadRequest(), "the server does not know this command. Restart the server.".to_owned());
    };
    match command {
        // The world knows nothing of them.
        Command::Settings => HttpResponse::Ok().json(Told::Done(Box::new(Answer::Settings(settings())))),
        command => tell_as_it_goes(world.into_inner(), is_over.into_inner(), Cause::command(&os_user(peer.0)), command),
    }
}

/// A line of an answer: how far it is, any number of times, and then how it ended.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Told {
    Progress(u64, u64),
    Done(Box<Answer>),
    Refused(Refusal),
}

/// Carries a command out on a thread that may block. Whoever hangs up breaks off what can be broken off, and so does a server that stops.
fn tell_as_it_goes(world: Arc<World>, is_over: Arc<AtomicBool>, cause: Cause, command: Command) -> HttpResponse {
    let (teller, listener) = mpsc::channel(LINES);
    tokio::task::spawn_blocking(move || {
        // Words on the way may get lost when nobody is quick enough to hear them; the last one is not.
        let is_heard = |done, total| !matches!(teller.try_send(Told::Progress(done, total)), Err(TrySendError::Closed(_)));
        let watch = |done, total| is_heard(done, total) && !is_over.load(Ordering::Relaxed);
        let outcome = execute_watched(&world, cause, command, &watch);
        let last = outcome.map_or_else(Told::Refused, |answer| Told::Done(Box::new(answer)));
        let _ = teller.blocking_send(last);
    });
    let lines = futures_util::stream::unfold(listener, |mut listener| async {
        let told = listener.recv().await?;
        let line = serde_json::to_string(&told).map(|line| web::Bytes::from(line + "\n"));
        Some((line.map_err(io::Error::from), listener))
    });
    let mut answer = HttpResponse::Ok().streaming(lines);
    // The other end reads to the end of the connection.
    answer.head_mut().no_chunking(true);
    answer
}

fn is_allowed(peer: &Peer) -> bool {
    peer.0 == 0 || peer.0 == rustix::process::geteuid().as_raw()
}

fn refuse(mut answer: actix_web::HttpResponseBuilder, message: String) -> HttpResponse {
    answer.json(Refusal { fault: Fault::Failed, message })
}

/// Name of an operating system's user, for the log; its number where the system's list does not have it.
pub fn os_user(uid: u32) -> String {
    let list = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let is_it = |line: &&str| line.split(':').nth(2).and_then(|field| field.parse().ok()) == Some(uid);
    let name = list.lines().find(is_it).and_then(|line| line.split(':').next());
    name.map_or_else(|| uid.to_string(), str::to_owned)
}

/// Why a server gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It was not there; nothing was asked.
    #[error("the server can't be reached: {0}")]
    NotThere(io::Error),
    /// It was asked, and what became of it is not known.
    #[error("the server gave no answer: {0}. It may have done it all the same, or be at it still: look before you ask again.")]
    NoAnswer(io::Error),
}

/// Asks the server behind a control socket. Blocks.
pub fn ask(socket: &Path, command: &Command) -> Result<Result<Answer, Refusal>, AskError> {
    ask_watched(socket, command, UNWATCHED)
}

/// The same; what takes long tells how far it is. Who does not want to wait any longer breaks it off.
pub fn ask_watched(socket: &Path, command: &Command, watch: Watch<'_>) -> Result<Result<Answer, Refusal>, AskError> {
    let stream = UnixStream::connect(socket).map_err(AskError::NotThere)?;
    exchange(stream, command, watch).map_err(AskError::NoAnswer)
}

fn exchange(mut stream: UnixStream, command: &Command, watch: Watch<'_>) -> io::Result<Result<Answer, Refusal>> {
    stream.set_read_timeout(Some(command.patience()))?;
    stream.set_write_timeout(Some(command.patience()))?;
    let body = serde_json::to_string(command)?;
    write!(stream, "POST /command HTTP/1.1\r\nHost: control\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    let mut lines = BufReader::new(stream.take(ANSWER_BYTES)).lines();
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "what came back was cut off");
    let is_taken = lines.next().ok_or_else(broken)??.split(' ').nth(1) == Some("200");
    while !lines.next().ok_or_else(broken)??.is_empty() {}
    for line in lines {
        let line = line?;
        if !is_taken {
            return Ok(Err(serde_json::from_str(&line)?));
        }
        match serde_json::from_str(&line)? {
            Told::Done(answer) => return Ok(Ok(*answer)),
            Told::Refused(refusal) => return Ok(Err(refusal)),
            Told::Progress(done, total) if !watch(done, total) => return Err(io::ErrorKind::Interrupted.into()),
            Told::Progress(..) => {}
        }
    }
    Err(broken())
}
