//! The table that a run prints.

use std::io::Write;

use super::{Done, disk};

/// Rows of figures beside what they have to reach.
#[derive(Default)]
pub struct Table {
    rows: Vec<String>,
    /// How many figures had something to reach, and which of them did not.
    judged: usize,
    missed: Vec<String>,
}

impl Table {
    /// A table with posts or uploads: what the disk takes for each stands at its head.
    pub fn with_posts() -> Result<Self, Box<dyn std::error::Error>> {
        let mut table = Self::default();
        let (sync_ms, most) = (disk::sync_ms()?, disk::MOST_MS);
        let verdict = if sync_ms <= most { "holds here" } else { "does not hold here" };
        table
            .push(format!("one fdatasync takes {sync_ms:.2} ms (what is promised of posts supposes {most:.0} ms at most: that {verdict})"));
        Ok(table)
    }

    /// Two things measured in alternating rounds, and their ratio.
    pub fn pair(&mut self, name: &str, rounds: &[(f64, f64)], reach: f64) {
        let ours = median(&rounds.iter().map(|round| round.0).collect::<Vec<_>>());
        let theirs = median(&rounds.iter().map(|round| round.1).collect::<Vec<_>>());
        let ratio = median(&rounds.iter().map(|round| round.0 / round.1).collect::<Vec<_>>());
        let verdict = self.judge(name, ratio >= reach);
        let digits = if theirs < 100.0 { 2 } else { 0 };
        self.push(format!("{name:<60} {ours:>10.digits$}/s {theirs:>10.digits$}/s  ratio {ratio:.2}  (reach {reach:.2}: {verdict})"));
    }

    /// One figure that must stay below a bound.
    pub fn figure(&mut self, name: &str, value: f64, bound: f64) {
        let verdict = self.judge(name, value <= bound);
        self.push(format!("{name:<60} {value:>10.1}  (at most {bound:.0}: {verdict})"));
    }

    fn judge(&mut self, name: &str, is_reached: bool) -> &'static str {
        self.judged += 1;
        if is_reached {
            return "reached";
        }
        self.missed.push(name.to_owned());
        "MISSED"
    }

    /// One row as it is.
    pub fn push(&mut self, row: String) {
        let _ = writeln!(std::io::stderr(), "{row}");
        self.rows.push(row);
    }

    /// Prints all rows. Figures that were missed are an error, so that whoever runs this unattended hears of them.
    pub fn finish(self) -> Done {
        writeln!(std::io::stdout(), "\n{}", self.rows.join("\n"))?;
        match self.missed.len() {
            0 => Ok(()),
            count => Err(format!("{count} of {} figures MISSED: {}", self.judged, self.missed.join("; ")).into()),
        }
    }
}

/// The middle value.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
