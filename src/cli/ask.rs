//! Carries a command out: in the server that holds the data directory, else here.
//!
//! Never opens a database beside a process that has it open. Two commands at the same moment wait for each other.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::failure::{Exit, Failure};
use super::nearby::directory;
use super::output;
use crate::backup::{UNWATCHED, Watch};
use crate::config::{Config, Loaded, OfficeDurability};
use crate::control::{self, Answer, AskError, Command, Held, Holder, ServerSettings, VERSION};
use crate::store::{Cause, Clock, Durability, Entropy};
use crate::tls::machine_name;
use crate::world::parts::find_remains;
use crate::world::{Mode, World, WorldError, WorldOptions};

/// How long a command waits for a server that starts, or for another command that ends.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a server waits for a command that has the directory at this moment.
const COURTESY: Duration = Duration::from_secs(3);
/// How often one looks again.
const PAUSE: Duration = Duration::from_millis(50);

/// Carries a command out where the data is.
pub(super) fn ask(loaded: &Loaded, command: Command) -> Result<Answer, Failure> {
    ask_watched(loaded, command, UNWATCHED)
}

/// The same; what takes long tells how far it is.
pub(super) fn ask_watched(loaded: &Loaded, command: Command, watch: Watch<'_>) -> Result<Answer, Failure> {
    carry_out(loaded, command, watch).map_err(|failure| failure.on(loaded))
}

fn carry_out(loaded: &Loaded, command: Command, watch: Watch<'_>) -> Result<Answer, Failure> {
    let dir = &place_of(loaded, &command);
    let waiting = Waiting::at_most(PATIENCE);
    loop {
        let in_the_way = match holder_of(dir)? {
            Held::Free => match open_here(dir, &loaded.config, &command)? {
                Some(world) => return Ok(control::execute_watched(&world, own_cause(), command, watch)?),
                None => "another process".to_owned(),
            },
            Held::By(holder) => match ask_holder(&holder, &command, watch)? {
                Some(answer) => return Ok(answer),
                None => holder.to_string(),
            },
            Held::BySomebody => "another process".to_owned(),
        };
        if !waiting.again()? {
            let advice = "Wait until it has started or ended, or choose another directory with --data DIR";
            let message = format!("the data directory {} is in use by {in_the_way}, which does not answer. {advice}.", dir.display());
            return Err(Failure::new(Exit::InUse, message));
        }
    }
}

/// Where a command is carried out. What founds an office is never about a sandbox.
fn place_of(loaded: &Loaded, command: &Command) -> PathBuf {
    let usual = &loaded.config.data.dir;
    let dir = if command.may_found() { usual.clone() } else { directory(loaded) };
    if dir != *usual {
        output::say(&format!("Nothing is in the data directory {}, so this is about the sandbox in {}.", usual.display(), dir.display()));
    }
    dir
}

/// The configuration of this command, completed by that of a server that holds the data directory.
pub(super) fn completed_by(loaded: &Loaded, holder: &Holder) -> Config {
    settings_of(holder).settings().map_or_else(|| loaded.config.clone(), |served| loaded.completed(&served.values))
}

/// What the process that holds the data directory says when it is asked what it goes by.
pub(super) enum Word {
    /// This.
    Settings(ServerSettings),
    /// It can't be asked, or does not tell: a command, or a server of another version.
    None,
    /// Nothing, though it took the question and had the time: it hangs.
    Silence,
}

impl Word {
    /// The settings, if it told them.
    pub(super) fn settings(self) -> Option<ServerSettings> {
        if let Self::Settings(settings) = self { Some(settings) } else { None }
    }
}

/// What the server that holds the data directory goes by.
pub(super) fn settings_of(holder: &Holder) -> Word {
    let Some(socket) = &holder.control else { return Word::None };
    match control::ask(socket, &Command::Settings) {
        Ok(Ok(Answer::Settings(settings))) => Word::Settings(settings),
        Err(AskError::NoAnswer(cause)) if matches!(cause.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Word::Silence,
        _ => Word::None,
    }
}

/// Who holds a directory.
pub(super) fn holder_of(dir: &Path) -> Result<Held, Failure> {
    Holder::of(dir).map_err(|cause| Failure::from(WorldError::Io { dir: dir.display().to_string(), cause }))
}

/// Asks a server. None: it is not there (yet, or any more) and was not asked.
fn ask_holder(holder: &Holder, command: &Command, watch: Watch<'_>) -> Result<Option<Answer>, Failure> {
    let Some(socket) = &holder.control else { return Ok(None) };
    if holder.version != VERSION {
        let message = format!("the running server is {holder}, and this command is {VERSION}. Restart the server with this version.");
        return Err(Failure::new(Exit::Failed, message));
    }
    match control::ask_watched(socket, command, watch) {
        Ok(answer) => Ok(Some(answer?)),
        Err(AskError::NotThere(_)) => Ok(None),
        Err(no_answer @ AskError::NoAnswer(_)) => Err(Failure::new(Exit::Failed, no_answer.to_string())),
    }
}

/// Opens the world for one command. None: somebody else was faster.
fn open_here(dir: &Path, config: &Config, command: &Command) -> Result<Option<Arc<World>>, Failure> {
    let is_there = dir.join("app.db").try_exists();
    let is_new = !is_there.map_err(|cause| Failure::from(WorldError::Io { dir: dir.display().to_string(), cause }))?;
    if is_new && !command.may_found() && find_remains(dir).is_none() {
        let advice = "Start `crosstalk serve`, add somebody with `crosstalk user create`, or choose another directory with --data DIR";
        return Err(Failure::new(Exit::Failed, format!("there is nothing in the data directory {} yet. {advice}.", dir.display())));
    }
    let world = match World::open(dir, options(config, None)) {
        Err(WorldError::InUse { .. }) => return Ok(None),
        opened => opened?,
    };
    if is_new {
        tell_of_new(dir);
    }
    describe_as(&world, &Holder::command(world.mode()));
    Ok(Some(world))
}

/// Opens the world for a server. A command that has it, or only looks who has it, is soon gone and worth waiting for.
pub(super) fn open_to_serve(dir: &Path, options: impl Fn() -> WorldOptions) -> Result<Arc<World>, Failure> {
    let waiting = Waiting::at_most(COURTESY);
    let is_soon_free = || match holder_of(dir) {
        Ok(Held::By(holder)) => holder.control.is_none(),
        Ok(Held::Free | Held::BySomebody) => true,
        Err(_) => false,
    };
    loop {
        match World::open(dir, options()) {
            Err(WorldError::InUse { .. }) if is_soon_free() && waiting.again()? => {}
            opened => {
                let world = opened?;
                describe_as(&world, &Holder::command(world.mode()));
                return Ok(world);
            }
        }
    }
}

/// Whoever meant another directory sees it then.
pub(super) fn tell_of_new(dir: &Path) {
    output::say(&format!("The data directory {} is new; it is made for an office.", dir.display()));
}

/// Tells in the lock file who holds a world.
pub(super) fn describe_as(world: &World, holder: &Holder) {
    if let Err(cause) = world.describe_holder(&holder.text()) {
        tracing::warn!(%cause, "the lock file can't be written; commands will not find this process");
    }
}

/// How the command line opens a world.
pub(super) fn options(config: &Config, mode: Option<Mode>) -> WorldOptions {
    let durability = match config.data.durability {
        OfficeDurability::Full => Durability::Full,
        OfficeDurability::Normal => Durability::Normal,
    };
    let server_name = config.server.name.clone().or_else(machine_name).unwrap_or_else(|| "localhost".to_owned());
    WorldOptions { mode, durability, clock: Clock::Real, entropy: Entropy::System, server_name, max_read_steps: None }
}

/// What this process does is done by its user.
pub(super) fn own_cause() -> Cause {
    Cause::command(&control::os_user(rustix::process::getuid().as_raw()))
}

/// Looking again and again, for a while.
pub(super) struct Waiting {
    until: Instant,
}

impl Waiting {
    /// Gives up after this time.
    pub(super) fn at_most(patience: Duration) -> Self {
        let now = Instant::now();
        Self { until: now.checked_add(patience).unwrap_or(now) }
    }

    /// Pauses for a moment; false when it is time to give up.
    pub(super) fn again(&self) -> Result<bool, Failure> {
        let left = self.until.saturating_duration_since(Instant::now());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|cause| Failure::new(Exit::Failed, format!("the system gives no timer: {cause}")))?;
        runtime.block_on(async { tokio::time::sleep(left.min(PAUSE)).await });
        Ok(!left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::{Waiting, ask};
    use crate::cli::failure::Exit;
    use crate::config::{Loaded, Sources, load};
    use crate::control::{Answer, Command, UserCommand};
    use std::path::Path;
    use std::time::Duration;

    fn at(dir: &Path) -> Loaded {
        load(&Sources { flags: vec![("data.dir", "--data", vec![dir.display().to_string()])], ..Sources::default() }).unwrap()
    }

    fn add(email: &str) -> Command {
        let (email, name) = (email.to_owned(), "Somebody".to_owned());
        Command::User(UserCommand::Create { organization: None, email, name, role: "member".to_owned() })
    }

    #[test]
    fn only_making_something_makes_a_data_directory() {
        let folder = tempfile::tempdir().unwrap();
        let loaded = at(&folder.path().join("new"));
        let refused = ask(&loaded, Command::User(UserCommand::List { organization: None })).unwrap_err();
        assert_eq!((refused.exit, refused.message.contains(" serve`")), (Exit::Failed, true));
        assert!(!folder.path().join("new").exists());
        ask(&loaded, add("a@example.org")).unwrap();
        let Ok(Answer::People(people)) = ask(&loaded, Command::User(UserCommand::List { organization: None })) else { panic!("no list") };
        assert_eq!(people.len(), 1);
    }

    #[test]
    fn commands_at_the_same_moment_wait_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let loaded = at(folder.path());
        let emails = ["a@x", "b@x", "c@x", "d@x"];
        std::thread::scope(|scope| {
            let all = emails.map(|email| scope.spawn(|| ask(&loaded, add(email)).unwrap()));
            all.into_iter().for_each(|one| drop(one.join().unwrap()));
        });
        let Ok(Answer::People(people)) = ask(&loaded, Command::User(UserCommand::List { organization: None })) else { panic!("no list") };
        assert_eq!(people.len(), emails.len());
    }

    #[test]
    fn waiting_ends() {
        assert!(!Waiting::at_most(Duration::ZERO).again().unwrap());
        assert!(Waiting::at_most(Duration::from_secs(60)).again().unwrap());
    }
}
