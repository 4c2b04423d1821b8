//! `crosstalk openapi`: an API's contract, as it is served.

use clap::Args;

use super::failure::Failure;
use super::{contract, output};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk openapi chatwork > chatwork.yaml";

#[derive(Debug, Args)]
pub(super) struct OpenapiArgs {
    /// The API: chatwork, clickmeeting, messenger, matrix, cam or chat-messages
    dialect: String,
}

pub(super) fn run(args: &OpenapiArgs) -> Result<(), Failure> {
    output::print(contract::of(&args.dialect)?.document().trim_end())
}
