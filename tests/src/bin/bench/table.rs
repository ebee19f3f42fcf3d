//! The result: one row per figure, as a table for people or as JSON for other programs.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark's result is what it prints")]

use clap::ValueEnum;
use serde::Serialize;

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// One figure beside its peer's.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// Of what the figures are: `commands/s`, `ms`.
    pub(crate) unit: &'static str,
    /// Ours, the median of the rounds.
    pub(crate) ours: f64,
    /// Who is beside us.
    pub(crate) peer: String,
    /// The peer's, the median of the rounds.
    pub(crate) peers: Option<f64>,
    /// What is to be reached, if this figure has a goal.
    pub(crate) goal: Option<Goal>,
}

impl Row {
    /// A figure with nobody beside us.
    pub(crate) fn alone(what: String, (ours, unit): (f64, &'static str), goal: Option<Goal>) -> Self {
        Self { what, unit, ours, peer: String::new(), peers: None, goal }
    }
}

/// What a figure has to reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// Ours is at least so many times the peer's.
    TimesAtLeast(f64),
    /// Ours is at most so many times the peer's.
    TimesAtMost(f64),
    /// Ours is at least this.
    AtLeast(f64),
    /// Ours is less than this.
    Under(f64),
}

impl Row {
    /// Ours over the peer's.
    fn ratio(&self) -> Option<f64> {
        self.peers.map(|peers| self.ours / peers)
    }

    /// Whether the goal is met, if there is one.
    fn met(&self) -> Option<bool> {
        let ratio = self.ratio().unwrap_or(f64::NAN);
        self.goal.map(|goal| match goal {
            Goal::TimesAtLeast(times) => ratio >= times,
            Goal::TimesAtMost(times) => ratio <= times,
            Goal::AtLeast(least) => self.ours >= least,
            Goal::Under(most) => self.ours < most,
        })
    }

    fn cells(&self) -> [String; 7] {
        [
            self.what.clone(),
            format!("{} {}", figure(self.ours), self.unit),
            self.peer.clone(),
            self.peers.map_or_else(String::new, figure),
            self.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2}x")),
            self.goal.map_or_else(String::new, Goal::words),
            self.met().map_or("", |met| if met { "met" } else { "MISSED" }).to_owned(),
        ]
    }
}

impl Goal {
    fn words(self) -> String {
        match self {
            Self::TimesAtLeast(times) => format!("at least {times}x"),
            Self::TimesAtMost(times) => format!("at most {times}x"),
            Self::AtLeast(least) => format!("at least {}", figure(least)),
            Self::Under(most) => format!("under {}", figure(most)),
        }
    }
}

/// Prints the result to standard output.
pub(crate) fn print(rows: &[Row], format: Format) {
    match format {
        Format::Table => println!("{}", table(rows)),
        Format::Json => println!("{}", json(rows)),
    }
}

/// Says what goes on, beside the result.
pub(crate) fn note(what: &str) {
    eprintln!("bench: {what}");
}

/// Says why there is no result.
pub(crate) fn complain(failure: &dyn std::error::Error) {
    eprintln!("bench: {failure}");
}

fn table(rows: &[Row]) -> String {
    let head = ["measure", "ours", "beside", "theirs", "ratio", "goal", ""].map(str::to_owned);
    let lines: Vec<[String; 7]> = std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 7] = std::array::from_fn(width);
    let line = |cells: &[String; 7]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn json(rows: &[Row]) -> String {
    #[derive(Serialize)]
    struct Judged<'a> {
        measured: &'a Row,
        ratio: Option<f64>,
        met: Option<bool>,
    }
    let judged: Vec<_> = rows.iter().map(|row| Judged { measured: row, ratio: row.ratio(), met: row.met() }).collect();
    serde_json::to_string_pretty(&judged).expect("figures are plain JSON")
}

/// Three digits below ten, none above a hundred, thousands apart.
fn figure(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{value:.0}");
    let grouped: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    grouped.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, peers: f64, goal: Goal) -> Row {
        let (what, peer) = ("commands, 64 callers".to_owned(), "postgres-es".to_owned());
        Row { what, unit: "commands/s", ours, peer, peers: Some(peers), goal: Some(goal) }
    }

    #[test]
    fn a_goal_is_met_or_missed_by_its_own_measure() {
        assert_eq!(row(25_000.0, 5_000.0, Goal::TimesAtLeast(5.0)).met(), Some(true));
        assert_eq!(row(24_000.0, 5_000.0, Goal::TimesAtLeast(5.0)).met(), Some(false));
        assert_eq!(row(1.4, 1.0, Goal::TimesAtMost(1.3)).met(), Some(false));
        assert_eq!(row(9.0, 1.0, Goal::Under(10.0)).met(), Some(true));
    }

    #[test]
    fn a_row_reads_from_left_to_right() {
        let line = table(&[row(25_000.0, 5_000.0, Goal::TimesAtLeast(5.0))]);
        let line = line.lines().nth(1).expect("one row");
        let expected = "commands, 64 callers  25,000 commands/s  postgres-es  5,000   5.00x  at least 5x  met";
        assert_eq!(line, expected);
    }
}
