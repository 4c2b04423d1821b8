//! `crosstalk place`: meeting rooms with walls, which no vendor's API can create.

use clap::Subcommand;

use super::curl::program;
use super::failure::Failure;
use super::user::Place as Whose;
use super::{Global, output};
use crate::control::{self, Answer, Command, Place};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk place add --name 'Meeting room A' --group '3rd floor' --capacity 8 \\
    --memo 'screen, whiteboard'
  crosstalk place list
  crosstalk reservation add --place 'Meeting room A' --title Weekly --by kim@example.org \\
    --start '2026-01-12 10:00' --end '2026-01-12 11:00'";

#[derive(Debug, Subcommand)]
pub(super) enum PlaceCommand {
    /// Add a meeting room; prints its id
    Add {
        /// Its name, which no other room of the organization has
        #[arg(long, value_name = "TEXT")]
        name: String,
        /// What it is listed under, such as a floor
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        group: String,
        /// How many people it takes; 0: nobody knows
        #[arg(long, value_name = "PEOPLE", default_value_t = 0)]
        capacity: u32,
        /// Words about it
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        memo: String,
        /// Its place in lists; rooms of one number go by name [default: after the last]
        #[arg(long, value_name = "NUMBER")]
        sort_order: Option<u32>,
        /// Add it without putting it into use: the APIs don't list it, and it can't be reserved
        #[arg(long)]
        not_in_use: bool,
        #[command(flatten)]
        whose: Whose,
    },
    /// List the meeting rooms
    List {
        #[command(flatten)]
        whose: Whose,
    },
}

pub(super) fn run(global: &Global, command: PlaceCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let ask = |command| super::ask::ask(&loaded, Command::Place(command));
    match command {
        PlaceCommand::Add { name, group, capacity, memo, sort_order, not_in_use, whose: Whose { organization } } => {
            let (capacity, sort_order, is_in_use) = (capacity.into(), sort_order.map(i64::from), !not_in_use);
            let add = control::PlaceCommand::Add { organization, name, group, capacity, memo, sort_order, is_in_use };
            if let Answer::Places(made) = ask(add)? {
                made.iter().try_for_each(|place| output::print(&place.id.to_string()))?;
                output::say(&format!("The meeting room is in the list now. Reserve it with `{} reservation add`.", program(&loaded)));
            }
        }
        PlaceCommand::List { whose: Whose { organization } } => {
            if let Answer::Places(places) = ask(control::PlaceCommand::List { organization })? {
                return print_table(places);
            }
        }
    }
    Ok(())
}

fn print_table(places: Vec<Place>) -> Result<(), Failure> {
    let rows = places.into_iter().map(|place| {
        let capacity = if place.capacity == 0 { "-".to_owned() } else { place.capacity.to_string() };
        let state = if place.is_in_use { "in use" } else { "not in use" };
        let memo = place.memo.replace(['\n', '\r', '\t'], " ");
        [place.id.to_string(), place.sort_order.to_string(), place.name, place.group, capacity, memo, state.to_owned()]
    });
    output::print(&output::table(["id", "order", "name", "group", "people", "memo", "state"], rows.collect()))
}
