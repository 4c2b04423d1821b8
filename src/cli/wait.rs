//! `crosstalk wait`: for scripts that start a server and want to use it.

use std::time::Duration;

use clap::Args;

use super::ask::Waiting;
use super::failure::{Exit, Failure};
use super::nearby::directory;
use super::status::look;
use super::{Global, output, parse};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk serve --data /srv/crosstalk &
  crosstalk wait --data /srv/crosstalk --timeout 10s";

#[derive(Debug, Args)]
pub(super) struct WaitArgs {
    /// When to give up
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse::duration)]
    timeout: Duration,
}

pub(super) fn run(global: &Global, args: &WaitArgs) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let waiting = Waiting::at_most(args.timeout);
    loop {
        match look(&loaded, &directory(&loaded)) {
            Ok((holder, _)) => {
                output::say(&format!("{holder} answers."));
                return Ok(());
            }
            Err(last) if !waiting.again()? => {
                return Err(Failure::new(Exit::Unhealthy, format!("waited {:?} in vain: {last}", args.timeout)));
            }
            Err(_) => {}
        }
    }
}
