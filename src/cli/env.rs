//! `crosstalk env`: where an API is and how to sign in, for a shell.

use clap::Args;

use super::curl::{program, quoted};
use super::failure::Failure;
use super::target::Target;
use super::{Global, contract, output};

pub(super) const EXAMPLES: &str = "\
Examples:
  eval \"$(crosstalk env chatwork)\"
  curl -H \"$CROSSTALK_CHATWORK_HEADER: $CROSSTALK_CHATWORK_TOKEN\" \"$CROSSTALK_CHATWORK_URL/me\"";

#[derive(Debug, Args)]
pub(super) struct EnvArgs {
    /// The API: chatwork, clickmeeting, messenger, matrix, cam or chat-messages
    dialect: String,
}

pub(super) fn run(global: &Global, args: &EnvArgs) -> Result<(), Failure> {
    let contract = contract::of(&args.dialect)?;
    let loaded = global.load(Vec::new())?;
    let target = Target::find(&loaded)?;
    let token = target.token(contract.dialect);
    output::print(&exports(contract, &target.base, token))?;
    if let Some(authority) = &target.authority {
        output::print(&format!("export {}={}", variable(contract, "CA_FILE"), quoted(&authority.display().to_string())))?;
    }
    if token.is_none() {
        let variable = variable(contract, "TOKEN");
        output::say(&format!("{variable} is for you to set: {}", contract.advice(&program(&loaded))));
    }
    Ok(())
}

fn exports(contract: &contract::Contract, base: &str, token: Option<&str>) -> String {
    let url = format!("{base}{}", contract.prefix);
    let scheme = (!contract.scheme.is_empty()).then(|| contract.scheme.trim_end());
    let values = [("URL", Some(url.as_str())), ("TOKEN", token), ("HEADER", Some(contract.header)), ("SCHEME", scheme)];
    let lines = values.into_iter().filter_map(|(name, value)| Some(format!("export {}={}", variable(contract, name), quoted(value?))));
    lines.collect::<Vec<_>>().join("\n")
}

/// The variable that holds something about an API.
pub(super) fn variable(contract: &contract::Contract, what: &str) -> String {
    format!("CROSSTALK_{}_{what}", contract.dialect.name().to_uppercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::{contract, exports};

    #[test]
    fn exports_are_safe_to_evaluate_and_hide_no_missing_token() {
        let chatwork = contract::of("chatwork").unwrap();
        let all = exports(chatwork, "http://127.0.0.1:8080", Some("it's"));
        let expected = "export CROSSTALK_CHATWORK_URL='http://127.0.0.1:8080/v2'\n\
                        export CROSSTALK_CHATWORK_TOKEN='it'\\''s'\n\
                        export CROSSTALK_CHATWORK_HEADER='X-ChatWorkToken'";
        assert_eq!(all, expected);
        let clickmeeting = exports(contract::of("clickmeeting").unwrap(), "http://127.0.0.1:8080", Some("k"));
        let expected = "export CROSSTALK_CLICKMEETING_URL='http://127.0.0.1:8080/v1'\n\
                        export CROSSTALK_CLICKMEETING_TOKEN='k'\n\
                        export CROSSTALK_CLICKMEETING_HEADER='X-Api-Key'";
        assert_eq!(clickmeeting, expected);
        let bearer = exports(contract::of("chat-messages").unwrap(), "http://127.0.0.1:8080", None);
        let expected = "export CROSSTALK_CHAT_MESSAGES_URL='http://127.0.0.1:8080'\n\
                        export CROSSTALK_CHAT_MESSAGES_HEADER='Authorization'\n\
                        export CROSSTALK_CHAT_MESSAGES_SCHEME='Bearer'";
        assert_eq!(bearer, expected);
        assert!(!exports(chatwork, "http://127.0.0.1:8080", None).contains("TOKEN="));
    }
}
