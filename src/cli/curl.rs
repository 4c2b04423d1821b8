//! `crosstalk curl`: a request to copy and run, made from the examples of the API's document.

use std::path::Path;

use clap::Args;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::contract::{Contract, Operation};
use super::failure::Failure;
use super::serving::full_path;
use super::target::Target;
use super::{Global, contract, env, output};
use crate::config::Loaded;

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk curl chatwork get-me
  crosstalk curl chatwork post-message | sh
  crosstalk curl clickmeeting post-registration

It is for the server that runs on the data directory; without one, for a sandbox at
http://127.0.0.1:8080.";

#[derive(Debug, Args)]
pub(super) struct CurlArgs {
    /// The API: chatwork, clickmeeting, messenger, matrix, cam or chat-messages
    dialect: String,
    /// The operation, such as post-message; a wrong one lists all
    operation: String,
}

/// What may stand as it is in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn run(global: &Global, args: &CurlArgs) -> Result<(), Failure> {
    let contract = contract::of(&args.dialect)?;
    let operation = contract.operation(&args.operation)?;
    let loaded = global.load(Vec::new())?;
    let target = Target::find(&loaded)?;
    let token = target.token(contract.way_in(&operation).1);
    let line = line(contract, &operation, &target.base, token);
    output::print(&trusting(line, target.authority.as_deref()))?;
    if token.is_none() && !operation.is_open {
        let variable = env::variable(contract, "TOKEN");
        output::say(&format!("Put a token into {variable} first: {}", contract.advice(&program(&loaded))));
    }
    Ok(())
}

/// One line for a shell.
pub(super) fn line(contract: &Contract, operation: &Operation, base: &str, token: Option<&str>) -> String {
    let mut words = vec!["curl".to_owned(), "-sS".to_owned()];
    if operation.verb != "GET" {
        words.extend(["-X".to_owned(), operation.verb.clone()]);
    }
    // A file is saved under the name that it has, instead of being poured into a terminal.
    if operation.is_download() {
        words.push("-OJ".to_owned());
    }
    if !operation.is_open {
        let header = contract.way_in(operation).0;
        words.push("-H".to_owned());
        words.push(match token {
            Some(token) => quoted(&format!("{header}: {}", contract.credentials(token))),
            None => format!("\"{header}: {}${}\"", contract.scheme, env::variable(contract, "TOKEN")),
        });
    }
    if let Some(body) = &operation.json {
        words.extend(["-H".to_owned(), quoted("Content-Type: application/json"), "--data".to_owned(), quoted(&body.to_string())]);
    }
    for field in &operation.fields {
        let (flag, extra) = match (operation.is_multipart, field.is_file) {
            (false, _) => ("--data-urlencode", ""),
            (true, true) => ("-F", ";filename=example.txt;type=text/plain"),
            (true, false) => ("--form-string", ""),
        };
        words.extend([flag.to_owned(), quoted(&format!("{}={}{extra}", field.name, field.example))]);
    }
    words.push(quoted(&format!("{base}{}{}", contract.prefix, filled_path(operation))));
    words.join(" ")
}

/// The same line where the office's own authority protects the connection: curl does not know it.
fn trusting(line: String, authority: Option<&Path>) -> String {
    let Some(authority) = authority else { return line };
    line.replacen("curl -sS", &format!("curl -sS --cacert {}", quoted(&authority.display().to_string())), 1)
}

/// The path with its parameters filled in, and the query.
fn filled_path(operation: &Operation) -> String {
    let mut path = operation.path.clone();
    let mut separator = '?';
    for parameter in &operation.parameters {
        let value = utf8_percent_encode(&parameter.example, QUERY).to_string();
        if parameter.is_in_path {
            path = path.replace(&format!("{{{}}}", parameter.name), &value);
        } else {
            // curl would take brackets for a range, and a shell `$` for a variable.
            let name = utf8_percent_encode(&parameter.name, QUERY);
            path.push_str(&format!("{separator}{name}={value}"));
            separator = '&';
        }
    }
    path
}

/// The beginning of a command about the same data directory.
pub(super) fn program(loaded: &Loaded) -> String {
    if loaded.is_set("data.dir") { program_on(&loaded.config.data.dir) } else { "crosstalk".to_owned() }
}

/// The same for another terminal, which may stand in another folder.
pub(super) fn program_from_anywhere(loaded: &Loaded) -> String {
    program_on(&full_path(&loaded.config.data.dir))
}

fn program_on(dir: &Path) -> String {
    let dir = dir.display().to_string();
    let is_plain = dir.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    format!("crosstalk --data {}", if is_plain { dir } else { quoted(&dir) })
}

/// A text for people, with every command in it about the same data directory, but for those that name another one.
pub(super) fn directed(text: &str, loaded: &Loaded) -> String {
    let mut pieces = text.split('`');
    let mut directed = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        directed.push('`');
        match piece.strip_prefix("crosstalk ").filter(|rest| !rest.contains("--data ")) {
            Some(rest) => directed.extend([&program(loaded), " ", rest]),
            None => directed.push_str(piece),
        }
    }
    directed
}

/// A text as one word of a shell.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::{contract, line, quoted};

    fn line_of(dialect: &str, operation: &str, token: Option<&str>) -> String {
        let contract = contract::of(dialect).unwrap();
        line(contract, &contract.operation(operation).unwrap(), "http://127.0.0.1:8080", token)
    }

    fn shown(operation: &str, token: Option<&str>) -> String {
        line_of("chatwork", operation, token)
    }

    #[test]
    fn lines_can_be_copied_and_run() {
        assert_eq!(shown("get-me", Some("t")), "curl -sS -H 'X-ChatWorkToken: t' 'http://127.0.0.1:8080/v2/me'");
        let find = line_of("chat-messages", "find-chat-messages", Some("t"));
        assert!(find.contains("&%24sort%5BcreatedAt%5D=-1"), "{find}");
        let sign_in = line_of("matrix", "post-login", None);
        assert!(!sign_in.contains("Authorization"), "{sign_in}");
        let post = shown("post-message", None);
        assert!(post.starts_with("curl -sS -X POST -H \"X-ChatWorkToken: $CROSSTALK_CHATWORK_TOKEN\" --data-urlencode 'body="), "{post}");
        assert!(shown("get-file", None).contains("?create_download_url=1'"));
        assert!(shown("post-file", None).contains("-F 'file=A small text file.;filename=example.txt;type=text/plain'"));
        assert!(!shown("put-task-status", None).contains('{'));
    }

    #[test]
    fn every_dialect_has_its_own_header_paths_and_fields() {
        let shown = |operation| line_of("clickmeeting", operation, Some("k"));
        assert_eq!(shown("ping"), "curl -sS -H 'X-Api-Key: k' 'http://127.0.0.1:8080/v1/ping'");
        assert!(line_of("clickmeeting", "ping", None).contains("\"X-Api-Key: $CROSSTALK_CLICKMEETING_TOKEN\""));
        assert!(shown("post-registration").contains("--data-urlencode 'registration[1]=Ida'"));
        assert!(shown("get-session-registrations-alias").ends_with("/sessions1000024/registrations/all'"));
        assert!(shown("post-room-file").contains("-F 'uploaded=A small text file.;filename=example.txt;type=text/plain'"));
        let sent = line_of("cam", "sendMessage", Some("k"));
        assert!(sent.starts_with("curl -sS -X POST -H 'x-cam-apiToken: k' --data-urlencode 'message={\"panelName\""), "{sent}");
        assert!(sent.ends_with(" 'http://127.0.0.1:8080/sendMessage'"), "{sent}");
        assert!(shown("get-chat").starts_with("curl -sS -OJ -H ") && !shown("get-chats").contains("-OJ"));
    }

    #[test]
    fn json_bodies_are_whole_and_what_concerns_a_person_has_its_own_header() {
        let shown = |operation| line_of("messenger", operation, Some("k"));
        let url = "'http://127.0.0.1:8080/api/v1/chatrooms/1000008'";
        let body = r#"'{"automationEnabled":true}'"#;
        assert_eq!(
            shown("patch-chatroom"),
            format!("curl -sS -X PATCH -H 'API-TOKEN: k' -H 'Content-Type: application/json' --data {body} {url}")
        );
        assert!(shown("post-login").contains("-H 'Personal-Access-Token: k'"));
        assert!(line_of("matrix", "get-whoami", None).contains("-H \"Authorization: Bearer $CROSSTALK_MATRIX_TOKEN\""));
    }

    #[test]
    fn a_scheme_stands_before_the_token_and_an_api_at_the_root_has_no_prefix() {
        let shown = line_of("chat-messages", "get-chat-room", Some("t"));
        assert!(shown.starts_with("curl -sS -H 'Authorization: Bearer t' 'http://127.0.0.1:8080/chat-rooms/"), "{shown}");
        assert!(line_of("chat-messages", "find-chat-rooms", None).contains("\"Authorization: Bearer $CROSSTALK_CHAT_MESSAGES_TOKEN\""));
    }

    #[test]
    fn an_authority_that_curl_does_not_know_is_named() {
        let line = super::trusting(shown("get-me", Some("t")), Some(std::path::Path::new("/srv/x/tls/ca.pem")));
        assert!(line.starts_with("curl -sS --cacert '/srv/x/tls/ca.pem' -H "), "{line}");
    }

    #[test]
    fn a_quote_does_not_end_a_word() {
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
