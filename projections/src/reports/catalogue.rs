//! The list of measures for people who work them out themselves: every definition and rule, as the code has them.

use std::fmt::Write;

use super::{
    Dimension, MEASURES, Measure, REPORTS,
    figure::{Figure, Kind},
};

const RULES: &str = "# Measures

Generated from the code by `training-ledger schemas --write`; a test compares. Each measure can be worked out from the
published events and the ledger of refused commands alone.

## Rules of every measure

- **What had happened.** A measure is asked as of an instant. Only events and refusals whose time (`happened_at`, of a
  refusal `received_at`) is at or before it count; the state of a partnership, notice or case is the one that follows
  from those. A window is open then if its last instant is at or after it.
- **Recruitment** is one `RecruitmentConfirmed`, **report** one `PartnershipMistakeReported`, **break** a report or a
  `PartnershipBrokenBySupport`.
- **Days** are Europe/London; a period takes in both its first and its last day. Days between two instants are the
  difference of their local days. Weeks start on Monday and go by that day's date.
- **A period** is asked of the day that the measure names; a report or late attempt belongs to its recruitment, whenever
  it came.
- **Lead provider** is that of the partnership. **By delivery partner** (sliced or split), rounds are counted instead of
  recruitments: the recruitment begins the first, each `DeliveryPartnerChanged` the next; a report or break belongs to the
  round in which it came, day and week are those on which the round began. The total of such a split still counts each
  recruitment once.
- **Reason** narrows and splits the acts alone; what they are counted against stays whole.
- **Local authority and trust** are those of the school's register entry (`SchoolImported`) at the position of the
  recruitment, of a refused recruitment at the head of the log then. A trust goes by its name; `unknown` is a value.
- **Channel** is that of the recruitment, and of a refusal its own; the queue of NATS counts as `nats`.
- **Rates** are 100 x part / whole, rounded once to one decimal, halves up. The ratio of two rates is worked out from
  their four counts and rounded once to two decimals, halves up.
- **Median and 90th percentile** interpolate on a straight line between neighbours: of n sorted values the place is
  p x (n - 1), counted from 0; then rounded to one decimal, halves away from zero.
- **Nothing of nothing.** A rate of a whole of zero, a median of no values, and a ratio whose second rate is zero or has
  no whole are empty.
- **Trainees.** Provider, route and status of an act are those of the record at the act, as its registration and
  amendments had it; of a state, those of the record then. Academic year and week are those of the day that the measure
  names; an academic year runs from 1 September to 31 August and goes by the year in which it starts.
- **Provisional** marks a row in whose slice a window is open.
- Splits by a fixed set of values have a row for each of them, counted or not; other splits for what was counted.
";

/// The whole document.
pub fn document() -> String {
    let mut text = RULES.to_owned();
    for measure in MEASURES {
        text.push_str(&section(measure));
    }
    text.push_str("\n## Standing reports\n\nAs measures are, they are asked as of an instant.\n\n");
    for report in REPORTS {
        line(&mut text, &format!("- `{}`: {}", report.name, report.definition));
    }
    text
}

fn section(it: &Measure) -> String {
    let mut text = format!("\n## {}. {} (`{}`)\n\n{}\n\n", it.number, it.title, it.name, it.definition);
    line(&mut text, &format!("Day: {}. Goes by: {}.", it.day, names(it.dimensions)));
    text.push_str("\n| Figure | Title | How |\n| --- | --- | --- |\n");
    for figure in it.figures {
        line(&mut text, &format!("| `{}` | {} | {} |", figure.name, figure.title, how(figure)));
    }
    text
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("memory takes every byte");
}

fn names(dimensions: &[Dimension]) -> String {
    dimensions.iter().map(|dimension| format!("`{}`", dimension.name())).collect::<Vec<_>>().join(", ")
}

fn how(figure: &Figure) -> String {
    match figure.kind {
        Kind::Count { whole: true, .. } => "count, against which others are counted".to_owned(),
        Kind::Count { .. } => "count".to_owned(),
        Kind::Sum { .. } => "sum".to_owned(),
        Kind::Distinct { .. } => "count, each once".to_owned(),
        Kind::Rate { part, whole } => format!("100 x `{part}` / `{whole}`"),
        Kind::Ratio { above, below } => format!("(`{}` / `{}`) / (`{}` / `{}`)", above.0, above.1, below.0, below.1),
        Kind::Quantile { tenths, .. } => if tenths == 5 { "median" } else { "90th percentile" }.to_owned(),
        Kind::Longest { .. } => "largest".to_owned(),
        Kind::Running { of } => format!("`{of}` summed up to the row, in a split by time alone"),
        Kind::AtLeast { of, least } => format!("whether `{of}` is {least} or more"),
        Kind::Provisional { .. } => "whether a window of the slice is open".to_owned(),
    }
}
