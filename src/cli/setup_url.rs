//! `crosstalk setup-url`: a fresh address of the set-up page.

use super::ask::{ask, holder_of};
use super::curl::program;
use super::failure::{Exit, Failure};
use super::target::reachable;
use super::{Global, output};
use crate::config::Loaded;
use crate::control::{Answer, Command, Held};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk setup-url
  crosstalk setup-url --data /srv/crosstalk

The address works once and for half an hour; a new one makes the one before it worthless.";

pub(super) fn run(global: &Global) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let Held::By(holder) = holder_of(&loaded.config.data.dir)? else {
        let dir = loaded.config.data.dir.display();
        let message = format!("no server runs on the data directory {dir}. Start one with `{} serve`.", program(&loaded));
        return Err(Failure::new(Exit::Failed, message));
    };
    let Answer::SetupKey(key) = ask(&loaded, Command::SetupKey)? else { return Ok(()) };
    let base = base(&loaded, &holder.listen);
    output::print(&url(&base, &key))?;
    output::say(&advice(&loaded, &base));
    Ok(())
}

/// What the page's address starts with.
pub(super) fn base(loaded: &Loaded, listen: &[String]) -> String {
    let public = loaded.config.server.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
    // A password travels there: a protected way is better, where there is one.
    let best = listen.iter().find(|listen| listen.starts_with("https:")).or_else(|| listen.first());
    public.unwrap_or_else(|| best.map(|listen| reachable(listen)).unwrap_or_default())
}

/// The key stands in the fragment, which browsers send to nobody.
pub(super) fn url(base: &str, key: &str) -> String {
    format!("{base}/admin/setup#k={key}")
}

/// How to open it from elsewhere.
pub(super) fn advice(loaded: &Loaded, base: &str) -> String {
    if base.starts_with("https:") && loaded.config.server.public_url.is_none() {
        return "Open it in a browser; from another machine, put this machine's name or address in place of 127.0.0.1. A browser that does not \
                trust this office's authority yet warns first: /trust tells what to do."
            .to_owned();
    }
    if loaded.config.admin.plain_http || base.starts_with("https:") {
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
    use crate::config::Loaded;

    #[test]
    fn the_address_is_one_that_opens() {
        let mut loaded = Loaded::default();
        let here = base(&loaded, &["http://0.0.0.0:8080".to_owned()]);
        assert_eq!(url(&here, "abc"), "http://127.0.0.1:8080/admin/setup#k=abc");
        assert!(advice(&loaded, &here).contains("ssh -L 8080:127.0.0.1:8080"));
        let protected = base(&loaded, &["http://0.0.0.0:8080".to_owned(), "https://0.0.0.0:8443".to_owned()]);
        assert_eq!(protected, "https://127.0.0.1:8443");
        assert!(advice(&loaded, &protected).contains("/trust"));
        loaded.config.server.public_url = Some("https://chat.example.org/".to_owned());
        let public = base(&loaded, &[]);
        assert_eq!(url(&public, "abc"), "https://chat.example.org/admin/setup#k=abc");
        assert_eq!(advice(&loaded, &public), "Open it in a browser.");
    }
}
