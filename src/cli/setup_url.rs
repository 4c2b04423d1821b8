//! `crosstalk setup-url`: a fresh address of the set-up page.

use super::ask::{ask, completed_by, holder_of};
use super::curl::program;
use super::failure::{Exit, Failure};
use super::nearby::directory;
use super::target::reachable;
use super::{Global, output};
use crate::config::{Config, TlsMode};
use crate::control::{Answer, Command, Held};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk setup-url
  crosstalk setup-url --data /srv/crosstalk

The address works once and for half an hour; a new one makes the one before it worthless.";

pub(super) fn run(global: &Global) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let Held::By(holder) = holder_of(&directory(&loaded))? else {
        let dir = loaded.config.data.dir.display();
        let message = format!("no server runs on the data directory {dir}. Start one with `{} serve`.", program(&loaded));
        return Err(Failure::new(Exit::Failed, message));
    };
    let Answer::SetupKey(key) = ask(&loaded, Command::SetupKey)? else { return Ok(()) };
    let config = completed_by(&loaded, &holder);
    let base = base(&config, &holder.listen);
    output::print(&url(&base, &key))?;
    output::say(&advice(&config, &base));
    Ok(())
}

/// What the page's address starts with.
pub(super) fn base(config: &Config, listen: &[String]) -> String {
    let public = config.server.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
    // A password travels there: a protected way is better, where there is one.
    let best = listen.iter().find(|listen| listen.starts_with("https:")).or_else(|| listen.first());
    public.unwrap_or_else(|| best.map(|listen| reachable(listen)).unwrap_or_default())
}

/// The key stands in the fragment, which browsers send to nobody.
pub(super) fn url(base: &str, key: &str) -> String {
    format!("{base}/admin/setup#k={key}")
}

/// How to open it from elsewhere.
pub(super) fn advice(config: &Config, base: &str) -> String {
    let is_protected = base.starts_with("https:");
    if config.server.public_url.is_none() && is_protected && config.server.tls == TlsMode::SelfSigned {
        return "Open it in a browser; from another machine, put this machine's name or address in place of 127.0.0.1. A browser that does not \
                trust this office's authority yet warns first: /trust tells what to do."
            .to_owned();
    }
    if config.server.public_url.is_none() && is_protected {
        return "Open it in a browser, with a name that the certificate is for in place of the address; for other names a browser warns."
            .to_owned();
    }
    if config.admin.plain_http || is_protected {
        return "Open it in a browser.".to_owned();
    }
    let port = base.rsplit(':').next().unwrap_or("8080");
    format!(
        "Open it in a browser on this machine. From another one: an SSH tunnel (ssh -L {port}:127.0.0.1:{port} THIS-MACHINE, then the \
         same address there), --tls self-signed, a proxy with TLS, or --admin-plain-http, where passwords can be read on the way."
    )
}

#[cfg(test)]
mod tests {
    use super::{advice, base, url};
    use crate::config::{Config, TlsMode};

    #[test]
    fn the_address_is_one_that_opens() {
        let mut config = Config::default();
        let here = base(&config, &["http://0.0.0.0:8080".to_owned()]);
        assert_eq!(url(&here, "abc"), "http://127.0.0.1:8080/admin/setup#k=abc");
        assert!(advice(&config, &here).contains("ssh -L 8080:127.0.0.1:8080"));
        config.server.tls = TlsMode::SelfSigned;
        let protected = base(&config, &["http://0.0.0.0:8080".to_owned(), "https://0.0.0.0:8443".to_owned()]);
        assert_eq!(protected, "https://127.0.0.1:8443");
        assert!(advice(&config, &protected).contains("/trust"));
        config.server.tls = TlsMode::Files;
        assert!(advice(&config, &protected).contains("a name that the certificate is for"));
        config.server.public_url = Some("https://chat.example.org/".to_owned());
        let public = base(&config, &[]);
        assert_eq!(url(&public, "abc"), "https://chat.example.org/admin/setup#k=abc");
        assert_eq!(advice(&config, &public), "Open it in a browser.");
    }
}
