//! `crosstalk token`: what programs sign in with. A secret is shown once, alone on stdout.

use clap::Subcommand;

use super::failure::Failure;
use super::user::Place;
use super::{Global, contract, output, parse};
use crate::control::{self, Answer, Command, Expiry, Made, Token};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk token create --dialect chatwork --user kim@example.org
  crosstalk token create --dialect chatwork --user kim@example.org \\
    --scope rooms.messages:write --expires 90d --note Monitoring
  TOKEN=$(crosstalk token rotate 1000008 --overlap 1h)";

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token; prints the secret, which is never shown again
    Create {
        /// The API it is for: chatwork, clickmeeting, cam, messenger, messenger-personal or chat-messages
        #[arg(long)]
        dialect: String,
        /// Whose it is, by e-mail; tokens of clickmeeting, cam and messenger belong to the organization without it
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
        /// What it may be used for; may be repeated; without any: everything
        #[arg(long, value_name = "SCOPE")]
        scope: Vec<String>,
        /// When it ends: after a time (12h, 90d, 2w) or with a day (2027-01-31); without: never
        #[arg(long, value_name = "WHEN", value_parser = parse::expiry)]
        expires: Option<Expiry>,
        /// Words for people, such as what it is for
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        note: String,
        #[command(flatten)]
        place: Place,
    },
    /// List the tokens, without their secrets
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Take a token back; it is refused from the next request on
    Revoke {
        /// The token's id, as `token list` shows it
        #[arg(value_parser = parse::id)]
        id: i64,
        #[command(flatten)]
        place: Place,
    },
    /// Replace a token by a new one like it; prints the new secret
    Rotate {
        /// The token's id, as `token list` shows it
        #[arg(value_parser = parse::id)]
        id: i64,
        /// How long the old one goes on working
        #[arg(long, value_name = "TIME", default_value = "0", value_parser = parse::seconds)]
        overlap: u32,
        #[command(flatten)]
        place: Place,
    },
}

pub(super) fn run(global: &Global, command: TokenCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let ask = |command| super::ask::ask(&loaded, Command::Token(command));
    match command {
        TokenCommand::Create { dialect, user, scope: scopes, expires, note, place: Place { organization } } => {
            control::parse_dialect(&dialect)?;
            let words = contract::place_of(&dialect)
                .map_or_else(|| "This program does not serve that API yet.".to_owned(), |place| format!("Send it in the header {place}."));
            let answer = ask(control::TokenCommand::Create { organization, dialect, user, scopes, expires, note })?;
            hand_over(answer, &words)
        }
        TokenCommand::List { place: Place { organization } } => match ask(control::TokenCommand::List { organization })? {
            Answer::Tokens(tokens) => print_table(tokens),
            _ => Ok(()),
        },
        TokenCommand::Revoke { id, place: Place { organization } } => {
            ask(control::TokenCommand::Revoke { organization, id })?;
            output::say(&format!("Token {id} is revoked; it is refused from now on."));
            Ok(())
        }
        TokenCommand::Rotate { id, overlap: overlap_s, place: Place { organization } } => {
            let answer = ask(control::TokenCommand::Rotate { organization, id, overlap_s })?;
            let words = if overlap_s == 0 {
                format!("Token {id} is refused from now on.")
            } else {
                format!("Token {id} goes on working for {}.", parse::in_words(overlap_s))
            };
            hand_over(answer, &words)
        }
    }
}

/// The secret alone on stdout, words on stderr.
fn hand_over(answer: Answer, words: &str) -> Result<(), Failure> {
    if let Answer::Made(Made { id, secret, acts_as }) = answer {
        output::say(&format!("Token {id} acts as {acts_as}. Keep the secret: it is not shown again. {words}"));
        output::print(&secret)?;
    }
    Ok(())
}

fn print_table(tokens: Vec<Token>) -> Result<(), Failure> {
    let or = |text: String, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text };
    let rows = tokens.into_iter().map(|token| {
        [
            token.id.to_string(),
            token.dialect,
            token.acts_as,
            format!("{}…", token.prefix),
            token.state,
            token.created,
            token.expires.unwrap_or_else(|| "never".to_owned()),
            token.last_used.unwrap_or_else(|| "never".to_owned()),
            or(token.scopes, "all"),
            or(token.note, "-"),
        ]
    });
    let headings = ["id", "dialect", "acts as", "token", "state", "created", "expires", "last used", "scopes", "note"];
    output::print(&output::table(headings, rows.collect()))
}
