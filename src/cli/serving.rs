//! What `serve` and `sandbox` have in common: run the server until it is told to stop, and let others know it runs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::LocalSet;

use super::ask::describe_as;
use super::contract;
use super::failure::{Exit, Failure};
use super::output;
use crate::app::{self, Running, Settings};
use crate::config::{Listen, LogFormat};
use crate::control::{self, Holder, ServerSettings};
use crate::tls::{machine_name, office_folder};
use crate::world::World;

/// How a server is run.
pub(super) struct Serving<'a> {
    /// What it is started with.
    pub(super) settings: Settings,
    /// A file to be written when it is ready.
    pub(super) ready_file: Option<&'a Path>,
}

/// What a script wants to know.
#[derive(Serialize)]
struct Ready<'a> {
    listen: &'a [String],
    pid: u32,
}

/// Where a server runs. From its being set on, a signal to stop waits until the server can be stopped in order.
pub(super) struct Stage {
    runtime: Runtime,
    signals: Signals,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Stage {
    pub(super) fn set() -> Result<Self, Failure> {
        let set = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let guard = runtime.enter();
            let signals = Signals { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? };
            drop(guard);
            Ok(Self { runtime, signals })
        };
        set().map_err(|cause| failed("the server can't be started", &cause))
    }
}

impl Signals {
    async fn received(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

impl Serving<'_> {
    /// Serves a world until a signal; `greet` words the start-up text.
    pub(super) fn run(&self, stage: Stage, world: Arc<World>, greet: impl FnOnce(&Running) -> String) -> Result<(), Failure> {
        if let Some(file) = self.ready_file {
            // An old one would say that this server is ready.
            let _ = fs::remove_file(file);
        }
        LocalSet::new().block_on(&stage.runtime, self.serve(stage.signals, world, greet))
    }

    async fn serve(&self, signals: Signals, world: Arc<World>, greet: impl FnOnce(&Running) -> String) -> Result<(), Failure> {
        let running = app::start(world.clone(), &self.settings).await?;
        let handle = running.handle();
        tokio::task::spawn_local(async move {
            signals.received().await;
            handle.stop(true).await;
        });
        let (config, scheduled) = (self.settings.config.clone(), running.scheduled.clone());
        let told = Arc::new(move || ServerSettings::of(&config, &scheduled));
        let control = control::start(world.clone(), told).map_err(|cause| failed("the control socket can't be made", &cause))?;
        let holder = Holder::server(world.mode(), &running.endpoints, control.path(), authority_file(&running));
        describe_as(&world, &holder);
        drop(world);
        match self.settings.config.log.format {
            LogFormat::Text => output::say(&greet(&running)),
            LogFormat::Json => tracing::info!(listen = ?holder.listen, "serving"),
        }
        if let Some(file) = self.ready_file {
            write_ready(file, &holder).map_err(|cause| failed(&format!("the ready file {} can't be written", file.display()), &cause))?;
        }
        let stopped = running.stopped().await;
        control.stop().await;
        Ok(stopped?)
    }
}

fn failed(what: &str, cause: &io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("{what}: {cause}."))
}

/// Appears at once and whole.
fn write_ready(file: &Path, holder: &Holder) -> io::Result<()> {
    let ready = Ready { listen: &holder.listen, pid: holder.pid };
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}.tmp", holder.pid));
    let temporary = PathBuf::from(name);
    fs::write(&temporary, serde_json::to_vec(&ready)?)?;
    fs::rename(&temporary, file)
}

/// A path that means the same from everywhere.
pub(super) fn full_path(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// What the addresses start with that a server listens on.
pub(super) fn urls(endpoints: &[Listen]) -> Vec<String> {
    endpoints.iter().map(|listen| listen.url()).collect()
}

/// How connections are protected, for whoever starts a server; empty if they are not.
pub(super) fn protection(running: &Running) -> String {
    let Some(tls) = &running.tls else { return String::new() };
    let lines = match tls.authority() {
        Some(authority) => {
            let first = running.endpoints.first().copied().map(from_outside).unwrap_or_default();
            let protected = running.endpoints.iter().copied().find(|listen| listen.is_tls).map(from_outside).unwrap_or_default();
            vec![
                "Protected connections use this office's own authority.".to_owned(),
                listed("Protected", &protected),
                listed("How to trust it", &format!("{first}/trust")),
                listed("SHA-256", &authority.certificate.fingerprint),
            ]
        }
        None => vec![format!("The certificate of protected connections is good until {}.", tls.certificate().until)],
    };
    format!("\n\n{}", lines.join("\n"))
}

/// A line of what one wants to know when a server starts.
pub(super) fn listed(what: &str, text: &str) -> String {
    format!("  {what:<16} {text}")
}

/// What an address starts with for other machines, as far as it is open to them.
pub(super) fn from_outside(listen: Listen) -> String {
    let name = machine_name().filter(|_| listen.address.ip().is_unspecified());
    name.map_or_else(|| listen.from_here().url(), |name| format!("{}://{name}:{}", listen.scheme(), listen.address.port()))
}

/// What clients have to be told of where the office's own authority protects connections.
pub(super) fn authority_file(running: &Running) -> Option<PathBuf> {
    let authority = running.tls.as_ref().and_then(|tls| tls.authority());
    authority.map(|_| full_path(&office_folder(running.world.dir()).join("ca.pem")))
}

/// Where this machine reaches the server, or everybody by the address that the configuration names.
pub(super) fn base(endpoints: &[Listen], public_url: Option<&str>) -> String {
    let first = || endpoints.first().map(|listen| listen.from_here().url()).unwrap_or_default();
    public_url.map_or_else(first, |url| url.trim_end_matches('/').to_owned())
}

/// Where the pages for people are, one a line.
pub(super) fn pages(endpoints: &[Listen], public_url: Option<&str>) -> [String; 2] {
    let base = base(endpoints, public_url);
    [
        listed("Reference", &format!("{base}/docs   every API to read and to try")),
        listed("Administration", &format!("{base}/admin   people, tokens and all else")),
    ]
}

/// Where each API is, one a line.
pub(super) fn places(endpoints: &[Listen], public_url: Option<&str>) -> Vec<String> {
    let base = base(endpoints, public_url);
    contract::Contract::served()
        .map(|contract| {
            let personal = contract.personal.map(|(header, _)| format!(" or {header}")).unwrap_or_default();
            listed(contract.title, &format!("{base}{}   token in the header {}{personal}", contract.prefix, contract.place()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::path::Path;

    use super::{places, write_ready};
    use crate::control::Holder;
    use crate::world::Mode;

    #[test]
    fn the_ready_file_holds_addresses_and_process() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ready.json");
        let holder = Holder::server(Mode::Office, &[SocketAddr::from(([127, 0, 0, 1], 43121)).into()], Path::new("/x"), None);
        write_ready(&file, &holder).unwrap();
        let expected = format!(r#"{{"listen":["http://127.0.0.1:43121"],"pid":{}}}"#, std::process::id());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), expected);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn places_are_addresses_one_can_open() {
        let everywhere = [SocketAddr::from(([0, 0, 0, 0], 8080)).into()];
        assert!(places(&everywhere, None)[0].contains("http://127.0.0.1:8080/v2 "));
        assert!(places(&everywhere, Some("https://chat.example.org"))[0].contains("https://chat.example.org/v2 "));
    }
}
