//! `crosstalk serve`: the real thing.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::ask::{open_to_serve, options, own_cause, tell_of_new};
use super::curl::program_from_anywhere;
use super::failure::{Exit, Failure};
use super::serving::{Serving, Stage, from_outside, full_path, listed, pages, places, protection, urls};
use super::{Flag, Global, password, setup_url};
use crate::app::{self, Settings};
use crate::config::{Config, Limits, Listen, Loaded};
use crate::control::{self, AdminCommand, Answer, Command, Refusal, Status, VERSION};
use crate::ops::{accounts, administration};
use crate::world::{Mode, World};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk serve --data /srv/crosstalk
  crosstalk serve --listen 127.0.0.1:0 --ready-file ready.json
  crosstalk serve --listen 0.0.0.0:8080 --listen '[::]:8080' --public-url https://chat.example.org
  # protected connections on port 8443, too, by an authority of this office's own
  crosstalk serve --tls self-signed
  crosstalk serve --tls files --tls-cert chat.pem --tls-key chat.key \\
    --listen 127.0.0.1:8080 --listen https://:443

An administrator without a browser: CROSSTALK_ADMIN__EMAIL and CROSSTALK_ADMIN__PASSWORD_FILE.";

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// An address to listen on, may be repeated; port 0 takes a free one, https:// in front protects connections there [default: 0.0.0.0:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Vec<String>,
    /// What links in answers start with; without: each request's own address
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Protect connections on port 8443 of the same addresses, too [default: off]
    #[arg(long, value_name = "HOW", value_parser = ["off", "self-signed", "files"])]
    tls: Option<String>,
    /// With --tls files: the certificate and those above it, in PEM form; read again when it changes
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// With --tls files: the certificate's key, in PEM form
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Open the administration page to other machines over connections that are not protected
    #[arg(long)]
    admin_plain_http: bool,
    /// A file to be written when the server is ready, with its addresses and process id
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

impl ServeArgs {
    /// Before another command these flags mean nothing.
    pub(super) fn must_be_empty(&self) -> Result<(), Failure> {
        let given = [
            ("--listen", !self.listen.is_empty()),
            ("--public-url", self.public_url.is_some()),
            ("--tls", self.tls.is_some()),
            ("--tls-cert", self.tls_cert.is_some()),
            ("--tls-key", self.tls_key.is_some()),
            ("--admin-plain-http", self.admin_plain_http),
            ("--ready-file", self.ready_file.is_some()),
        ];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) => {
                Err(Failure::new(Exit::Usage, format!("{flag} stands before the command. Write it after the command it is for.")))
            }
            None => Ok(()),
        }
    }

    fn flags(&self) -> Vec<Flag> {
        let mut flags = Vec::new();
        if !self.listen.is_empty() {
            flags.push(("server.listen", "--listen", self.listen.clone()));
        }
        flags.extend(self.public_url.clone().map(|url| ("server.public_url", "--public-url", vec![url])));
        flags.extend(self.tls.clone().map(|mode| ("server.tls", "--tls", vec![mode])));
        for (key, flag, file) in [("server.tls_cert", "--tls-cert", &self.tls_cert), ("server.tls_key", "--tls-key", &self.tls_key)] {
            flags.extend(file.iter().map(|file| (key, flag, vec![file.display().to_string()])));
        }
        if self.admin_plain_http {
            flags.push(("admin.plain_http", "--admin-plain-http", vec!["yes".to_owned()]));
        }
        flags
    }
}

pub(super) fn run(global: &Global, args: ServeArgs) -> Result<(), Failure> {
    let loaded = global.load_to_serve(args.flags())?;
    let dir = &loaded.config.data.dir;
    let is_new = matches!(dir.join("app.db").try_exists(), Ok(false));
    if is_new {
        app::look_ahead(&loaded.config)?;
    }
    let world = open_to_serve(dir, || options(&loaded.config, Some(Mode::Office)))?;
    if is_new {
        tell_of_new(dir);
    }
    ensure_admin(&world, &loaded.config)?;
    let status = match control::execute(&world, own_cause(), Command::Status)? {
        Answer::Status(status) => Some(status),
        _ => None,
    };
    let setup_key = setup_key(&world)?;
    let serving = Serving {
        settings: Settings {
            config: loaded.config.clone(),
            shown: loaded.shown(),
            limits: loaded.config.chatwork.limits.unwrap_or(Limits::Off),
            opens_admin: false,
        },
        ready_file: args.ready_file.as_deref(),
    };
    serving.run(Stage::set()?, world, |running| {
        greeting(&loaded, &running.endpoints, status.as_ref(), setup_key.as_deref()) + &protection(running)
    })
}

/// Makes the administrator that the configuration names, unless there is one of this address. Somebody who was disabled since is left
/// so, which is no reason to serve nobody.
fn ensure_admin(world: &World, config: &Config) -> Result<(), Failure> {
    let Some(email) = &config.admin.email else { return Ok(()) };
    if !world.read(|tx| accounts::list_disabled(tx, [email])).map_err(Refusal::from)?.is_empty() {
        tracing::warn!("admin.email names somebody who is disabled and can't sign in; `crosstalk user enable` lets them in again");
        return Ok(());
    }
    let admins = match control::execute(world, own_cause(), Command::Admin(AdminCommand::List))? {
        Answer::People(admins) => admins,
        _ => Vec::new(),
    };
    if admins.iter().any(|admin| admin.email == *email) {
        return Ok(());
    }
    let Some(password) = &config.admin.password else {
        let advice = "Set CROSSTALK_ADMIN__PASSWORD_FILE to a file with the password, or take admin.email away";
        return Err(Failure::new(
            Exit::Config,
            format!("admin.email names {email}, who is no administrator yet, but there is no password. {advice}."),
        ));
    };
    let password_hash = password::hash(password)?;
    let create = AdminCommand::Create { organization: None, email: email.clone(), password_hash };
    control::execute(world, own_cause(), Command::Admin(create))?;
    tracing::info!("an administrator was made from the configuration");
    Ok(())
}

/// A fresh key of the set-up page, while nobody administers this server.
fn setup_key(world: &World) -> Result<Option<String>, Failure> {
    if !world.read(administration::needs_setup).map_err(Refusal::from)? {
        return Ok(None);
    }
    match control::execute(world, own_cause(), Command::SetupKey)? {
        Answer::SetupKey(key) => Ok(Some(key)),
        _ => Ok(None),
    }
}

/// How to set the server up; the address itself is shown on a terminal alone, as logs are read by others.
fn set_up_words(loaded: &Loaded, listen: &[String], key: &str) -> Vec<String> {
    let program = program_from_anywhere(loaded);
    if !std::io::stderr().is_terminal() {
        return vec![
            String::new(),
            format!("Nobody administers this server yet. `{program} setup-url` prints the address that sets it up."),
        ];
    }
    let base = setup_url::base(&loaded.config, listen);
    let url = setup_url::url(&base, key);
    vec![
        String::new(),
        format!("Nobody administers this server yet. Set it up here, within half an hour (`{program} setup-url` prints another address):"),
        format!("  {url}"),
        setup_url::advice(&loaded.config, &base),
    ]
}

/// What people want to know when it starts.
fn greeting(loaded: &Loaded, endpoints: &[Listen], status: Option<&Status>, setup_key: Option<&str>) -> String {
    let server = &loaded.config.server;
    let mut lines = vec![format!("crosstalk {VERSION} serves this office."), String::new()];
    lines.extend(places(endpoints, server.public_url.as_deref()));
    lines.extend(pages(endpoints, server.public_url.as_deref()));
    let open = |is_tls| endpoints.iter().copied().find(move |listen| listen.is_tls == is_tls && listen.address.ip().is_unspecified());
    let elsewhere = [false, true].into_iter().filter_map(open).filter(|_| server.public_url.is_none());
    lines.extend(elsewhere.map(|listen| listed("From elsewhere", &from_outside(listen))));
    if server.public_url.is_some() {
        lines.push(listed("Listens on", &urls(endpoints).join(", ")));
    }
    lines.push(listed("Data", &full_path(&loaded.config.data.dir).display().to_string()));
    if status.is_some_and(|status| status.tokens == 0) {
        let program = program_from_anywhere(loaded);
        lines.extend([
            String::new(),
            "Nobody has a token yet. In another terminal:".to_owned(),
            // Addresses of people who are there already have no place in a log, so the example brings its own.
            format!("  {program} user create --email kim@example.org --name Kim"),
            format!("  {program} token create --dialect chatwork --user kim@example.org"),
        ]);
    }
    lines.extend(setup_key.map(|key| set_up_words(loaded, &urls(endpoints), key)).unwrap_or_default());
    lines.extend([String::new(), "Ctrl-C stops it; what was accepted is finished first.".to_owned()]);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{ServeArgs, greeting};
    use crate::config::{Loaded, Sources, load};
    use crate::control::Status;

    fn status(people: usize, tokens: usize) -> Status {
        let (mode, server_name) = ("office".to_owned(), "office".to_owned());
        Status { mode, server_name, organizations: 1, people, tokens, has_well_known_tokens: false }
    }

    #[test]
    fn the_next_step_is_told_until_somebody_has_a_token() {
        let everywhere = [std::net::SocketAddr::from(([0, 0, 0, 0], 8080)).into()];
        let flags = vec![("data.dir", "--data", vec!["/srv/x".to_owned()])];
        let loaded = load(&Sources { flags, ..Sources::default() }).unwrap();
        let first = greeting(&loaded, &everywhere, Some(&status(0, 0)), Some("abc"));
        assert!(first.contains("crosstalk --data /srv/x user create --email") && first.contains("From elsewhere"), "{first}");
        assert!(first.contains("/admin ") && first.contains("Nobody administers this server yet"), "{first}");
        let second = greeting(&loaded, &everywhere, Some(&status(1, 0)), None);
        assert!(
            second.contains("user create --email kim@") && second.contains("--user kim@"),
            "each line works after the one before: {second}"
        );
        let relative = vec![("data.dir", "--data", vec!["x".to_owned()])];
        let relative = load(&Sources { flags: relative, ..Sources::default() }).unwrap();
        let here = std::env::current_dir().unwrap();
        for (loaded, dir) in [(&relative, "x"), (&Loaded::default(), "data")] {
            let told = greeting(loaded, &everywhere, Some(&status(0, 0)), Some("abc"));
            for command in ["setup-url", "user create", "token create"] {
                let line = format!("--data {} {command}", here.join(dir).display());
                assert!(told.contains(&line), "another terminal may stand in another folder: {line}: {told}");
            }
        }
        let column = |what: &str| {
            let line = second.lines().find(|line| line.trim_start().starts_with(what)).unwrap_or_default();
            line.find("http://").or(line.find('/'))
        };
        let columns = ["Chatwork", "Reference", "Administration", "From elsewhere", "Data"].map(column);
        assert_eq!(columns, [Some(19); 5], "{second}");
        let public = vec![("server.public_url", "--public-url", vec!["https://chat.example.org".to_owned()])];
        let public = load(&Sources { flags: public, ..Sources::default() }).unwrap();
        let third = greeting(&public, &everywhere, Some(&status(1, 1)), None);
        assert!(third.contains("\n  Listens on       http://0.0.0.0:8080\n"), "{third}");
        assert!(!greeting(&Loaded::default(), &everywhere, Some(&status(1, 1)), None).contains("token create"));
    }

    #[test]
    fn flags_of_serve_before_another_command_are_refused() {
        let args = ServeArgs {
            listen: vec![":0".to_owned()],
            public_url: None,
            admin_plain_http: false,
            ready_file: None,
            tls: None,
            tls_cert: None,
            tls_key: None,
        };
        assert!(args.must_be_empty().unwrap_err().message.contains("--listen"));
    }
}
