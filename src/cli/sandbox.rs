//! `crosstalk sandbox`: the same server with made-up people, gone at exit.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::ask::{open_to_serve, options};
use super::curl::quoted;
use super::failure::{Exit, Failure};
use super::nearby::SANDBOX_FOLDER;
use super::parse::{self, ClockChoice};
use super::serving::{Serving, Stage, authority_file, base, full_path, listed, pages, places, protection};
use super::target::SANDBOX_ADDRESS;
use super::{Flag, Global, contract, document};
use crate::app::Settings;
use crate::config::{Limits, Listen, Loaded};
use crate::control::VERSION;
use crate::domain::{Dialect, Error};
use crate::sandbox::{SandboxToken, SeedFile, TOKENS, Tokens, has_well_known_tokens, is_fresh, replace_well_known_tokens, seed};
use crate::store::{Clock, Durability, Entropy};
use crate::world::{Mode, World, WorldOptions};

pub(super) const EXAMPLES: &str = concat!(
    "\
Examples:
  crosstalk sandbox
  crosstalk sandbox --listen 127.0.0.1:0 --ready-file ready.json \\
    --clock 2026-01-31T09:00:00Z --ids seed:1
  # kept for the next time
  crosstalk sandbox --data ./try
  crosstalk sandbox --listen 0.0.0.0:8080 --expose
  # with people of your own beside Alice, Bob and Carol
  crosstalk sandbox --seed team.json

Where ./data holds nothing and just one sandbox runs, commands without --data are about it.

A seed file holds what is in the sandbox besides its office; everything may be left out:
",
    include_str!("seed.json"),
    "\
Without `at`, an entry of a room comes a minute after the one before it. A file has text, or a
path in the seed file's folder. `crosstalk session import --help` says what sessions hold."
);

#[derive(Debug, Args)]
pub(super) struct SandboxArgs {
    /// An address to listen on, may be repeated; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Vec<String>,
    /// A file to be written when the server is ready, with its addresses and process id
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Allow addresses that others can reach; the well-known tokens are replaced by random ones
    #[arg(long)]
    expose: bool,
    /// Ask for a password on the administration page, as an office does
    #[arg(long)]
    login: bool,
    /// The vendor's rate limits: count only, enforce, or neither [default: count-only]
    #[arg(long, value_name = "HOW", value_parser = ["count-only", "vendor", "off"])]
    limits: Option<String>,
    /// People, rooms and more beside the office, as the JSON file below; only into a new sandbox
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Where time comes from: real, or an instant at which it stands still (2026-01-31T09:00:00Z)
    #[arg(long, value_name = "TIME", default_value = "real", value_parser = parse::clock)]
    clock: ClockChoice,
    /// Make everything random repeatable: seed:N
    #[arg(long, value_name = "seed:N", value_parser = parse::seed)]
    ids: Option<u64>,
}

impl SandboxArgs {
    fn flags(&self) -> Vec<Flag> {
        let mut flags = Vec::new();
        if !self.listen.is_empty() {
            // Without a host it is this machine alone: a sandbox is open to others only when they are named.
            let listen = self.listen.iter().map(|text| match text.rsplit_once("://").unwrap_or(("http", text)) {
                (scheme, rest) if rest.starts_with(':') => format!("{scheme}://127.0.0.1{rest}"),
                _ => text.clone(),
            });
            flags.push(("server.listen", "--listen", listen.collect()));
        }
        flags.extend(self.limits.clone().map(|limits| ("chatwork.limits", "--limits", vec![limits])));
        flags
    }
}

pub(super) fn run(global: &Global, args: SandboxArgs) -> Result<(), Failure> {
    let mut loaded = global.load_to_serve(args.flags())?;
    if !loaded.is_set("server.listen") {
        loaded.config.server.listen = SANDBOX_ADDRESS.parse::<Listen>().into_iter().collect();
    }
    require_expose(&loaded.config.server.listen, args.expose)?;
    if args.expose && args.ids.is_some() {
        return Err(usage(
            "--ids makes random tokens repeatable, so others could guess those of an exposed sandbox. Leave one of the two out.",
        ));
    }
    let file = args.seed.as_deref().map(seed_file).transpose()?.unwrap_or_default();
    let stage = Stage::set()?;
    let place = Place::choose(&loaded)?;
    let world = open_to_serve(place.dir(), || world_options(&loaded, &args))?;
    let tokens = if is_fresh(&world)? {
        let tokens = if args.expose { Tokens::Random } else { Tokens::WellKnown };
        seed(&world, tokens, file).map_err(|error| wrong_seed(args.seed.as_deref(), error))?.tokens
    } else {
        require_nothing_for_new_ones(&args, place.dir())?;
        known_tokens(&world, args.expose)?
    };
    let serving = Serving {
        settings: Settings {
            config: loaded.config.clone(),
            shown: loaded.shown(),
            limits: loaded.config.chatwork.limits.unwrap_or(Limits::CountOnly),
            opens_admin: !(args.login || args.expose),
        },
        ready_file: args.ready_file.as_deref(),
    };
    let sign_in = if serving.settings.opens_admin { String::new() } else { sign_in(place.dir()) };
    serving.run(stage, world, |running| {
        let authority = authority_file(running);
        greeting(&protected_first(&running.endpoints), authority.as_deref(), &place, &tokens) + &sign_in + &protection(running)
    })
}

/// What gives somebody a password for the administration page, where it asks for one: none has any.
fn sign_in(dir: &Path) -> String {
    let data = quoted(&full_path(dir).display().to_string());
    format!("\n{}", listed("Sign-in", &format!("crosstalk admin create --email alice@example.com --data {data}")))
}

/// Whoever has connections protected wants to try those.
fn protected_first(endpoints: &[Listen]) -> Vec<Listen> {
    let mut sorted = endpoints.to_vec();
    sorted.sort_by_key(|listen| !listen.is_tls);
    sorted
}

fn world_options(loaded: &Loaded, args: &SandboxArgs) -> WorldOptions {
    let clock = match args.clock {
        ClockChoice::Real => Clock::Real,
        ClockChoice::Fixed(instant) => Clock::fixed(instant),
    };
    let entropy = args.ids.map_or(Entropy::System, Entropy::seeded);
    WorldOptions { durability: Durability::Off, clock, entropy, ..options(&loaded.config, Some(Mode::Sandbox)) }
}

fn require_expose(listen: &[Listen], is_exposed: bool) -> Result<(), Failure> {
    match listen.iter().find(|listen| !listen.address.ip().is_loopback()) {
        Some(address) if !is_exposed => {
            let why = "others could reach this sandbox there, and everybody knows its tokens";
            let advice = "Add --expose, and it gets random ones; or listen on 127.0.0.1";
            Err(usage(&format!("a sandbox does not listen on {address}: {why}. {advice}.")))
        }
        _ => Ok(()),
    }
}

fn usage(message: &str) -> Failure {
    Failure::new(Exit::Usage, message)
}

/// A seed file and repeatable ids are for a sandbox's beginning.
fn require_nothing_for_new_ones(args: &SandboxArgs, dir: &Path) -> Result<(), Failure> {
    let dir = dir.display();
    if let Some(file) = &args.seed {
        let (file, advice) = (file.display(), "Remove the folder first, name another one with --data, or leave --seed out");
        return Err(usage(&format!(
            "--seed fills a new sandbox, and the one in {dir} has people already: {file} was not put in. {advice}."
        )));
    }
    if args.ids.is_some() {
        let message = format!("--ids repeats ids from the start, and the sandbox in {dir} has some already. Remove the folder first.");
        return Err(usage(&message));
    }
    Ok(())
}

/// What a seed file says.
fn seed_file(path: &Path) -> Result<SeedFile, Failure> {
    let text = document::read(path, SeedFile::MOST_MIB)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = SeedFile::parse(&text).map_err(|error| wrong_seed(Some(path), error))?;
    folder.clone_into(&mut file.folder);
    Ok(file)
}

/// Why a seed file was not put in; nothing of it was.
fn wrong_seed(file: Option<&Path>, error: Error) -> Failure {
    let (Some(file), Error::Fields(problems)) = (file, &error) else { return error.into() };
    let told = problems.iter().map(|problem| match problem.field.as_str() {
        "" => problem.why.clone(),
        place => format!("{place}: {}", problem.why),
    });
    let told: Vec<String> = told.collect();
    usage(&format!("{}: {}. `crosstalk sandbox --help` shows an example.", file.display(), told.join("; ")))
}

/// The tokens that are known to work in a sandbox that has people.
fn known_tokens(world: &World, is_exposed: bool) -> Result<Vec<SandboxToken>, Failure> {
    if is_exposed {
        return Ok(replace_well_known_tokens(world)?);
    }
    Ok(if has_well_known_tokens(world)? { TOKENS.iter().map(SandboxToken::from).collect() } else { Vec::new() })
}

/// Where a sandbox keeps its data.
#[derive(Debug)]
enum Place {
    /// A folder that somebody named.
    Kept(PathBuf),
    /// A folder of its own that goes with it.
    Temporary(PathBuf),
}

impl Place {
    fn choose(loaded: &Loaded) -> Result<Self, Failure> {
        if loaded.is_set("data.dir") {
            return Ok(Self::Kept(loaded.config.data.dir.clone()));
        }
        let path = std::env::temp_dir().join(format!("{SANDBOX_FOLDER}{}", Entropy::System.text(12)));
        DirBuilder::new().mode(0o700).create(&path).map_err(|cause| {
            let message = format!("the temporary folder {} can't be made: {cause}. Name another one with --data DIR.", path.display());
            Failure::new(Exit::Failed, message)
        })?;
        Ok(Self::Temporary(path))
    }

    fn dir(&self) -> &Path {
        match self {
            Self::Kept(path) | Self::Temporary(path) => path,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Temporary(path) = self
            && let Err(cause) = fs::remove_dir_all(&*path)
        {
            tracing::warn!(%cause, path = %path.display(), "the sandbox's temporary folder could not be removed");
        }
    }
}

/// What developers want to know when it starts. A client that does not know the authority is told of it.
fn greeting(addresses: &[Listen], authority: Option<&Path>, place: &Place, tokens: &[SandboxToken]) -> String {
    let mut lines = vec![format!("crosstalk {VERSION} sandbox: a made-up office to try things on."), String::new()];
    let of = |dialect| tokens.iter().filter(move |token| token.dialect == dialect);
    for (contract, place) in contract::Contract::served().zip(places(addresses, None)) {
        lines.push(place);
        lines.extend(
            of(contract.dialect)
                .chain(contract.personal.into_iter().flat_map(|(_, dialect)| of(dialect)))
                .map(|token| format!("    {}  {}", token.secret, token.holder)),
        );
    }
    if tokens.is_empty() {
        lines.push("    The tokens are those that were printed when it was exposed.".to_owned());
    }
    lines.extend(pages(addresses, None));
    let base = base(addresses, None);
    if let (Some(token), Some(contract)) = (of(Dialect::Chatwork).next(), contract::of(Dialect::Chatwork.name()).ok()) {
        let header = quoted(&format!("{}: {}", contract.header, contract.credentials(&token.secret)));
        let trust = authority.map(|file| format!(" --cacert {}", quoted(&file.display().to_string()))).unwrap_or_default();
        lines.extend([String::new(), format!("  curl{trust} -H {header} {base}{}/me", contract.prefix)]);
    }
    let (fate, reset) = match place {
        Place::Kept(_) => ("kept", "stop it with Ctrl-C, remove the folder, start it again"),
        Place::Temporary(_) => ("removed at exit", "stop it with Ctrl-C and start it again"),
    };
    lines.extend([String::new(), listed("Data", &format!("{} ({fate})", full_path(place.dir()).display())), listed("Start afresh", reset)]);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Place, greeting, require_expose};
    use crate::cli::failure::Exit;
    use crate::config::Loaded;
    use crate::sandbox::{SandboxToken, TOKENS};

    #[test]
    fn others_reach_a_sandbox_only_when_it_is_exposed() {
        let (here, everywhere) = ("127.0.0.1:1".parse().unwrap(), "0.0.0.0:1".parse().unwrap());
        assert!(require_expose(&[here, "[::1]:1".parse().unwrap()], false).is_ok());
        assert_eq!(require_expose(&[here, everywhere], false).unwrap_err().exit, Exit::Usage);
        assert!(require_expose(&[everywhere], true).is_ok());
    }

    #[test]
    fn a_temporary_folder_goes_with_its_sandbox() {
        let place = Place::choose(&Loaded::default()).unwrap();
        let path = place.dir().to_owned();
        assert!(path.is_dir());
        drop(place);
        assert!(!path.exists());
    }

    #[test]
    fn the_greeting_has_a_line_that_works() {
        let token = SandboxToken { secret: "secret".to_owned(), ..SandboxToken::from(&TOKENS[0]) };
        let text = greeting(&["127.0.0.1:9".parse().unwrap()], None, &Place::Kept("x".into()), &[token]);
        assert!(text.contains("curl -H 'X-ChatWorkToken: secret' http://127.0.0.1:9/v2/me"), "{text}");
        assert!(text.contains("secret  Alice (administrator)"), "{text}");
        assert!(text.contains("http://127.0.0.1:9/docs "), "{text}");
    }
}
