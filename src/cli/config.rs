//! `crosstalk config`: what is set, where it came from, and a file to start from.

use clap::Subcommand;

use super::failure::Failure;
use super::{Global, output};
use crate::config::{Loaded, Shown, template};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk config template > crosstalk.toml
  crosstalk --config crosstalk.toml config check
  crosstalk --config crosstalk.toml config show --origin

Flags go before the environment (CROSSTALK_SERVER__LISTEN), and that before the file.";

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Show every value that holds; secrets are masked
    Show {
        /// Show where each value came from, too
        #[arg(long)]
        origin: bool,
    },
    /// Check the configuration (exit code 3 if something is wrong)
    Check,
    /// Print a configuration file with every key and its default
    Template,
}

pub(super) fn run(global: &Global, command: ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Template => output::print(template().trim_end()),
        ConfigCommand::Check => {
            global.load(Vec::new())?;
            output::say("The configuration is fine.");
            Ok(())
        }
        ConfigCommand::Show { origin } => {
            let loaded = global.load(Vec::new())?;
            output::print(&if origin {
                output::table(["key", "value", "origin"], rows(&loaded).collect())
            } else {
                output::table(["key", "value"], rows(&loaded).map(|[key, value, _]| [key, value]).collect())
            })
        }
    }
}

fn rows(loaded: &Loaded) -> impl Iterator<Item = [String; 3]> {
    let told = |shown: Shown| [shown.key.to_owned(), shown.value.unwrap_or_else(|| "(not set)".to_owned()), shown.origin.to_string()];
    loaded.shown().into_iter().map(told)
}

#[cfg(test)]
mod tests {
    use super::rows;
    use crate::config::{Sources, load};

    #[test]
    fn a_secret_is_masked() {
        let variable = ("CROSSTALK_ADMIN__PASSWORD".to_owned(), "correct horse".to_owned());
        let loaded = load(&Sources { environment: vec![variable], ..Sources::default() }).unwrap();
        let shown: Vec<[String; 3]> = rows(&loaded).collect();
        assert!(shown.contains(&["admin.password", "********", "CROSSTALK_ADMIN__PASSWORD"].map(str::to_owned)));
        assert!(!shown.concat().concat().contains("horse"));
    }
}
