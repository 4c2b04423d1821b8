//! `crosstalk reservation`: who has a meeting room when, which no vendor's API can change.

use clap::{Args, Subcommand};

use super::failure::Failure;
use super::user::Place as Whose;
use super::{Global, output, parse};
use crate::control::{self, Answer, Command, Reservation, WantedTime};

pub(super) const EXAMPLES: &str = "\
Examples:
  crosstalk reservation add --place 'Meeting room A' --title Weekly --by kim@example.org \\
    --start '2026-01-12 10:00' --end '2026-01-12 11:00' --member lee@example.org
  crosstalk reservation add --place 'Meeting room A' --title Training --by kim@example.org \\
    --day 2026-01-13 --last-day 2026-01-14
  crosstalk reservation list --period 2026-01
  crosstalk reservation remove 1768208400000000000";

#[derive(Debug, Subcommand)]
pub(super) enum ReservationCommand {
    /// Reserve a meeting room; prints the id of the reservation
    Add {
        /// The meeting room, by its name or its id
        #[arg(long, value_name = "ROOM")]
        place: String,
        #[command(flatten)]
        when: When,
        /// What for
        #[arg(long, value_name = "TEXT")]
        title: String,
        /// More words
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        memo: String,
        /// Who makes it, by e-mail
        #[arg(long, value_name = "EMAIL")]
        by: String,
        /// Who comes too, by e-mail; once for each
        #[arg(long, value_name = "EMAIL")]
        member: Vec<String>,
        #[command(flatten)]
        whose: Whose,
    },
    /// List the reservations of a day or a month
    List {
        /// A month such as 2026-01, or a day such as 2026-01-12 [default: today]
        #[arg(long, value_name = "MONTH|DAY")]
        period: Option<String>,
        #[command(flatten)]
        whose: Whose,
    },
    /// Take a reservation away
    Remove {
        /// Its id, as the list shows it
        #[arg(value_name = "ID", value_parser = parse::id)]
        id: i64,
        #[command(flatten)]
        whose: Whose,
    },
}

/// From a time to another, or whole days.
#[derive(Debug, Args)]
pub(super) struct When {
    /// When it begins, such as '2026-01-12 10:00' on the organization's clocks, or 2026-01-12T10:00:00+09:00
    #[arg(long, value_name = "TIME", requires = "end", required_unless_present = "day")]
    start: Option<String>,
    /// When it ends; another reservation may begin then
    #[arg(long, value_name = "TIME", requires = "start")]
    end: Option<String>,
    /// A whole day instead, such as 2026-01-12
    #[arg(long, value_name = "DATE", conflicts_with_all = ["start", "end"])]
    day: Option<String>,
    /// The last day, if there are several
    #[arg(long, value_name = "DATE", requires = "day")]
    last_day: Option<String>,
}

impl When {
    fn wanted(self) -> WantedTime {
        match self.day {
            Some(first) => WantedTime::Days { last: self.last_day.unwrap_or_else(|| first.clone()), first },
            None => WantedTime::Span { start: self.start.unwrap_or_default(), end: self.end.unwrap_or_default() },
        }
    }
}

pub(super) fn run(global: &Global, command: ReservationCommand) -> Result<(), Failure> {
    let loaded = global.load(Vec::new())?;
    let ask = |command| super::ask::ask(&loaded, Command::Reservation(command));
    match command {
        ReservationCommand::Add { place, when, title, memo, by, member, whose: Whose { organization } } => {
            let time = when.wanted();
            let add = control::ReservationCommand::Add { organization, place, time, title, memo, by, members: member };
            if let Answer::Reservations(made) = ask(add)? {
                made.iter().try_for_each(tell)?;
            }
        }
        ReservationCommand::List { period, whose: Whose { organization } } => {
            if let Answer::Reservations(found) = ask(control::ReservationCommand::List { organization, period })? {
                return print_table(found);
            }
        }
        ReservationCommand::Remove { id, whose: Whose { organization } } => {
            ask(control::ReservationCommand::Remove { organization, id })?;
            output::say("The reservation is gone; the meeting room is free at that time.");
        }
    }
    Ok(())
}

fn tell(made: &Reservation) -> Result<(), Failure> {
    output::print(&made.id.to_string())?;
    output::say(&format!("{} is reserved from {} to {}.", made.place, made.from, made.to));
    Ok(())
}

fn print_table(found: Vec<Reservation>) -> Result<(), Failure> {
    let rows = found.into_iter().map(|one| [one.id.to_string(), one.place, one.from, one.to, one.title, one.by, one.members.to_string()]);
    output::print(&output::table(["id", "room", "from", "to", "title", "by", "people"], rows.collect()))
}
