//! The files of recommendations of two training providers: what was met in one stretch of days goes into one file, whose
//! check finds some rows wrong before the others are confirmed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events_schema::{
    actor::Actor,
    ids::{TraineeId, UploadId},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::agenda::{Act, Agenda, MORNING};
use crate::reading::sha256;

/// The providers that recommend with files.
const FILING: [&str; 2] = ["B20", "M20"];
/// Fewer are recommended one by one.
const LEAST: usize = 2;
/// Before anybody is recommended from a file, it is checked.
const EARLY: u32 = MORNING - 1;
/// What is wrong with a row, in turn: the checks that find something in it.
const WRONG: [&[&str]; 4] =
    [&["date_format"], &["last_names_differs"], &["date_in_future", "last_names_differs"], &["trainee_not_found"]];

/// Recommendations that wait for their file, by provider and day.
#[derive(Default)]
pub(super) struct Filed(BTreeMap<(String, NaiveDate), Vec<Row>>);

/// Who recommends, whom, and the day on which the trainee met the standards.
type Row = (Actor, TraineeId, NaiveDate);

impl Filed {
    /// Whether the provider recommends with files.
    pub(super) fn takes(provider: &Actor) -> bool {
        FILING.contains(&provider.id.as_str())
    }

    /// A recommendation to be made on a day, of a trainee that met the standards before.
    pub(super) fn put(&mut self, (provider, trainee): (&Actor, TraineeId), on: NaiveDate, met: NaiveDate) {
        self.0.entry((provider.id.clone(), on)).or_default().push((provider.clone(), trainee, met));
    }

    /// Writes every file into the agenda; days with few recommendations have none.
    pub(super) fn write(self, agenda: &mut Agenda) {
        for (number, ((provider, on), rows)) in self.0.into_iter().enumerate() {
            let id = (rows.len() >= LEAST).then(|| upload(&provider, on));
            if let Some(id) = id {
                let body = checked(id, rows.len(), number);
                agenda.put(on, EARLY, Act::of(rows[0].0.clone(), "RecordRecommendationPreview", body));
            }
            for (row, (actor, trainee, met)) in (2..).zip(rows) {
                let mut body = json!({ "trainee_id": trainee, "qts_standards_met_date": met });
                if let Some(id) = id {
                    body["upload"] = json!({ "upload_id": id, "row": row });
                }
                agenda.put(on, MORNING, Act::of(actor, "RecommendForQts", body));
            }
        }
    }
}

fn upload(provider: &str, on: NaiveDate) -> UploadId {
    UploadId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("demo file of {provider} on {on}").as_bytes()))
}

/// Beside the rows that are right, two without a date and up to three that are wrong.
fn checked(id: UploadId, recommended: usize, number: usize) -> Value {
    let (left_out, wrong) = (2, number % 4);
    let mut checks: BTreeMap<&str, usize> = BTreeMap::new();
    for row in 0..wrong {
        for code in WRONG[(number + row) % WRONG.len()] {
            *checks.entry(code).or_default() += 1;
        }
    }
    let checks: Vec<_> = checks.iter().map(|(code, rows)| json!({ "code": code, "rows": rows })).collect();
    json!({
        "upload_id": id, "file_digest": sha256(id.0.as_bytes()), "rows": recommended + left_out + wrong,
        "recommended": recommended, "left_out": left_out, "wrong": wrong, "checks": checks,
    })
}
