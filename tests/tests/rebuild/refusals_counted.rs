//! Measures that count refusals, counted once more from two exports alone, events and refusals, by the words of
//! `docs/measures.md`: equal to what a report says.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::London;
use gateway::export::{Encoding, Request, Shape};
use projections::reports::{
    Dimension::{self, Channel, Code, LeadProvider, TrainingProvider},
    Filter,
};
use serde_json::Value;

use super::{
    exports::lines_of,
    history::History,
    live::Live,
    measured::on,
    measures::{measured, split},
};

/// Figures of a slice, in the order of the measure.
type Figures = Vec<String>;
/// Slices by their keys; the whole has none.
type Counted = BTreeMap<Vec<String>, Figures>;

/// The lines of both exports.
struct Exports {
    events: Vec<Value>,
    refusals: Vec<Value>,
}

fn text<'l>(line: &'l Value, field: &str) -> Option<&'l str> {
    line[field].as_str()
}

fn instant(line: &Value, field: &str) -> DateTime<Utc> {
    line[field].as_str().and_then(|at| at.parse().ok()).expect("an instant")
}

fn london_day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&London).date_naive()
}

/// 100 x part / whole to one decimal, halves up; nothing of nothing.
fn per_100(part: usize, whole: usize) -> String {
    if whole == 0 {
        return String::new();
    }
    let tenths = (2_000 * part + whole) / (2 * whole);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The median in units of `unit`, to one decimal, halves away from zero.
fn median(mut values: Vec<i64>, unit: i64) -> String {
    values.sort_unstable();
    let (Some(low), Some(high)) = (values.get(values.len().saturating_sub(1) / 2), values.get(values.len() / 2)) else {
        return String::new();
    };
    let (tenfold, whole) = (10 * (low + high), 2 * unit);
    let tenths = (2 * tenfold.abs() + whole) / (2 * whole);
    let sign = if tenfold < 0 && tenths > 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

/// Counts each slice, and the whole.
fn by_slice<T>(items: &[(Vec<String>, T)], count: impl Fn(&[&T]) -> Figures) -> Counted {
    let keys: BTreeSet<Vec<String>> = items.iter().map(|(key, _)| key.clone()).collect();
    let of = |key: Option<&Vec<String>>| -> Vec<&T> {
        items.iter().filter(|(its, _)| key.is_none_or(|key| its == key)).map(|(_, item)| item).collect()
    };
    let slices = keys.iter().map(|key| (key.clone(), count(&of(Some(key)))));
    slices.chain([(Vec::new(), count(&of(None)))]).collect()
}

impl Exports {
    async fn of(live: &Live) -> Self {
        let everything = Request::everything(Encoding::Ndjson);
        let events = lines_of(&live.log, &everything).await;
        let refusals = lines_of(&live.log, &Request { shape: Shape::Refusals, ..everything }).await;
        Self { events, refusals }
    }

    fn named<'e>(&'e self, event_type: &'e str) -> impl Iterator<Item = &'e Value> {
        self.events.iter().filter(move |line| line["event_type"] == event_type)
    }

    fn refused<'e>(&'e self, command: &'e str, codes: &'e [&str]) -> impl Iterator<Item = &'e Value> {
        let is = move |line: &&Value| {
            line["command_type"] == command && text(line, "code").is_some_and(|code| codes.contains(&code))
        };
        self.refusals.iter().filter(is)
    }

    fn recruitment(&self, partnership: &str) -> Option<&Value> {
        self.named("RecruitmentConfirmed").find(|line| text(line, "partnership_id") == Some(partnership))
    }

    /// The last day of the window that ran at an instant.
    fn window_closes_on(&self, partnership: &str, at: DateTime<Utc>) -> Option<NaiveDate> {
        let begins = |line: &&Value| {
            ["RecruitmentConfirmed", "DeliveryPartnerChanged"].contains(&text(line, "event_type").unwrap_or_default())
                && text(line, "partnership_id") == Some(partnership)
                && instant(line, "happened_at") <= at
        };
        let round = self.events.iter().rfind(begins)?;
        Some(london_day(round["payload"]["window"]["closes_at"].as_str()?.parse().expect("an instant")))
    }

    fn broken_at(&self, partnership: &str) -> Option<DateTime<Utc>> {
        let breaks = ["PartnershipMistakeReported", "PartnershipBrokenBySupport"];
        let is = |line: &&Value| {
            breaks.contains(&text(line, "event_type").unwrap_or_default())
                && text(line, "partnership_id") == Some(partnership)
        };
        self.events.iter().find(is).map(|line| instant(line, "happened_at"))
    }

    /// Measure 7, without its last figure.
    fn late_attempts(&self) -> Counted {
        enum Unit<'l> {
            Recruitment,
            Attempt(&'l str, i64, bool),
        }
        let whose = |line: &Value| vec![text(line, "lead_provider_id").expect("a provider").to_owned()];
        let mut units: Vec<_> =
            self.named("RecruitmentConfirmed").map(|line| (whose(line), Unit::Recruitment)).collect();
        for attempt in self.refused("ReportPartnershipMistake", &["window_closed"]) {
            let partnership = text(attempt, "partnership_id").expect("it names one");
            let recruitment = self.recruitment(partnership).expect("it was recruited");
            let at = instant(attempt, "received_at");
            let last_day = self.window_closes_on(partnership, at).expect("it had a window");
            let days = london_day(at).signed_duration_since(last_day).num_days();
            units.push((whose(recruitment), Unit::Attempt(partnership, days, text(attempt, "reason").is_some())));
        }
        by_slice(&units, |units| {
            let attempts = units.iter().filter_map(|unit| match unit {
                Unit::Recruitment => None,
                Unit::Attempt(partnership, days, reason) => Some((*partnership, *days, *reason)),
            });
            let attempts: Vec<_> = attempts.collect();
            let recruitments = units.len() - attempts.len();
            let partnerships = attempts.iter().map(|it| it.0).collect::<BTreeSet<_>>().len();
            vec![
                recruitments.to_string(),
                attempts.len().to_string(),
                per_100(attempts.len(), recruitments),
                partnerships.to_string(),
                per_100(partnerships, recruitments),
                median(attempts.iter().map(|it| it.1).collect(), 1),
                attempts.iter().map(|it| it.1).max().map(|days| days.to_string()).unwrap_or_default(),
                attempts.iter().filter(|it| it.2).count().to_string(),
            ]
        })
    }

    /// Measure 8.
    fn duplicate_attempts(&self) -> Counted {
        let mut attempts = Vec::new();
        for attempt in self.refused("ReportPartnershipMistake", &["already_reported"]) {
            let partnership = text(attempt, "partnership_id").expect("it names one");
            let recruitment = self.recruitment(partnership).expect("it was recruited");
            let at = instant(attempt, "received_at");
            let after =
                self.broken_at(partnership).map(|broken| (at - broken).num_microseconds().expect("not for ever"));
            let tutor = self
                .named("InductionTutorNominated")
                .any(|line| line["school_urn"] == recruitment["school_urn"] && instant(line, "happened_at") <= at);
            let whose = text(recruitment, "lead_provider_id").expect("a provider").to_owned();
            attempts.push((vec![whose], (partnership, after, text(attempt, "came_by"), tutor)));
        }
        by_slice(&attempts, |attempts| {
            let came = |by: &str| attempts.iter().filter(|it| it.2 == Some(by)).count();
            let (token, signed_in) = (came("token"), came("signed_in"));
            let with_tutor = attempts.iter().filter(|it| it.3).count();
            vec![
                attempts.len().to_string(),
                attempts.iter().map(|it| it.0).collect::<BTreeSet<_>>().len().to_string(),
                median(attempts.iter().filter_map(|it| it.1).collect(), 3_600_000_000),
                token.to_string(),
                signed_in.to_string(),
                (attempts.len() - token - signed_in).to_string(),
                with_tutor.to_string(),
                (attempts.len() - with_tutor).to_string(),
            ]
        })
    }

    /// Measure 18.
    fn contested_schools(&self) -> Counted {
        let refused = self.refused("ConfirmRecruitment", &["recruited_by_other_provider", "programme_not_confirmed"]);
        let whose = |line: &Value| vec![text(line, "lead_provider_id").expect("a lead provider tried").to_owned()];
        by_slice(&refused.map(|line| (whose(line), line)).collect::<Vec<_>>(), |lines| {
            let with = |code: &str| lines.iter().filter(|line| line["code"] == code).count().to_string();
            let schools = lines.iter().map(|line| (text(line, "school_urn"), line["cohort"].as_i64()));
            vec![
                lines.len().to_string(),
                with("recruited_by_other_provider"),
                with("programme_not_confirmed"),
                schools.collect::<BTreeSet<_>>().len().to_string(),
            ]
        })
    }

    /// Measure 33.
    fn refused_trainee_commands(&self, by: &[Dimension]) -> Counted {
        let key = |line: &Value, dimension: &Dimension| match dimension {
            Code => text(line, "code").map(str::to_owned),
            Channel => {
                text(line, "channel").map(|channel| if channel == "queue" { "nats" } else { channel }.to_owned())
            }
            TrainingProvider => self.provider_of(line),
            other => panic!("{other:?}"),
        };
        let trainees = |line: &&Value| OF_TRAINEES.contains(&text(line, "command_type").unwrap_or_default());
        let keyed = |line| {
            let known = |dimension| key(line, dimension).unwrap_or_else(|| "unknown".to_owned());
            (by.iter().map(known).collect::<Vec<String>>(), line)
        };
        by_slice(&self.refusals.iter().filter(trainees).map(keyed).collect::<Vec<_>>(), |lines| {
            let named = lines.iter().filter_map(|line| self.record(line)).collect::<BTreeSet<_>>();
            vec![lines.len().to_string(), named.len().to_string()]
        })
    }

    /// The trainee that a refused command named, if there was such a record by then.
    fn record<'e>(&'e self, refused: &'e Value) -> Option<&'e str> {
        let named = text(refused, "trainee_id")?;
        let registered = |line: &Value| {
            line["trainee_id"] == *named && instant(line, "happened_at") <= instant(refused, "received_at")
        };
        self.named("TraineeRegistered").any(registered).then_some(named)
    }

    fn provider_of(&self, refused: &Value) -> Option<String> {
        let tried = text(refused, "training_provider_id");
        let of_the_record = || {
            let id = self.record(refused)?;
            let registered = self.named("TraineeRegistered").find(|line| text(line, "trainee_id") == Some(id));
            registered.and_then(|line| text(line, "training_provider_id"))
        };
        tried.or_else(of_the_record).map(str::to_owned)
    }
}

/// The commands about trainees, as measure 33 names them.
const OF_TRAINEES: [&str; 12] = [
    "RegisterTrainee",
    "AmendTraineeDetails",
    "SubmitForTrn",
    "RecordTrn",
    "RecommendForQts",
    "RecordQtsAward",
    "DeferTrainee",
    "ReinstateTrainee",
    "ExtendTraining",
    "WithdrawTrainee",
    "UndoWithdrawal",
    "RescindRecommendation",
];

/// What a report says: its slices by id, names left out, and the whole.
async fn reported(live: &Live, (measure, by): (&str, &[Dimension]), filter: &Filter) -> Counted {
    let named = |dimension: &&Dimension| matches!(dimension, LeadProvider | TrainingProvider);
    let mut slices = Counted::new();
    for line in split(live, measure, (filter, by)).await {
        let cells: Vec<&str> = line.split(" | ").collect();
        let width = by.len() + by.iter().filter(named).count();
        let (keys, figures) = cells.split_at(width);
        let keys = if keys[0] == "total" { Vec::new() } else { ids(keys, by) };
        slices.insert(keys, figures.iter().map(|cell| cell.trim_end().to_owned()).collect());
    }
    slices
}

/// Keys without the names that stand beside ids.
fn ids(cells: &[&str], by: &[Dimension]) -> Vec<String> {
    let mut cells = cells.iter();
    by.iter()
        .map(|dimension| {
            let id = cells.next().expect("an id");
            if matches!(dimension, LeadProvider | TrainingProvider) {
                cells.next();
            }
            (*id).to_owned()
        })
        .collect()
}

async fn counted_from_exports(live: &Live, filter: &Filter) {
    let exports = Exports::of(live).await;
    let mut late = reported(live, ("late_attempts", &[LeadProvider]), filter).await;
    for figures in late.values_mut() {
        figures.truncate(8);
    }
    assert_eq!(exports.late_attempts(), late);
    let of = async |measure, by| reported(live, (measure, by), filter).await;
    assert_eq!(exports.duplicate_attempts(), of("duplicate_attempts", &[LeadProvider]).await);
    assert_eq!(exports.contested_schools(), of("contested_schools", &[LeadProvider]).await);
    for by in [&[Code, Channel][..], &[TrainingProvider]] {
        assert_eq!(exports.refused_trainee_commands(by), of("refused_trainee_commands", by).await, "{by:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measures_of_refusals_counted_from_the_two_exports_are_those_of_the_reports() {
    let (live, runner) = measured().await;
    counted_from_exports(&live, &Filter::everything(on(7, 10))).await;
    runner.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measures_of_refusals_of_a_random_year_counted_from_the_two_exports_are_those_of_the_reports() {
    let live = Live::new().await;
    let runner = live.run();
    let mut history = History::begin(&live.store, 167).await;
    history.play(400).await;
    live.caught_up().await;
    counted_from_exports(&live, &Filter::everything(history.now() + TimeDelta::days(1))).await;
    runner.stop().await;
}
