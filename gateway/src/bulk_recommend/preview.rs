//! What the check of a file found, as the command that puts it on record: counts and codes, nothing of the file's contents.

use std::collections::{BTreeMap, BTreeSet};

use events_schema::ids::{ContentDigest, UploadId};
use serde_json::{Value, json};

use super::check::{CheckedRow, Counts, RowOutcome};

/// The body of `RecordRecommendationPreview`.
pub fn preview(id: UploadId, file_digest: &ContentDigest, rows: &[CheckedRow]) -> Value {
    let counts = Counts::of(rows);
    let found = rows_by_check(rows);
    let checks: Vec<_> = found.iter().map(|(code, rows)| json!({ "code": code, "rows": rows })).collect();
    json!({
        "upload_id": id,
        "file_digest": file_digest,
        "rows": counts.recommended + counts.left_out + counts.wrong,
        "recommended": counts.recommended,
        "left_out": counts.left_out,
        "wrong": counts.wrong,
        "checks": checks,
    })
}

/// In how many rows each check found something; twice in a row is once.
fn rows_by_check(rows: &[CheckedRow]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for row in rows {
        let RowOutcome::Wrong(reasons) = &row.outcome else { continue };
        for code in reasons.iter().map(super::Reason::code).collect::<BTreeSet<_>>() {
            *found.entry(code).or_default() += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use domain::{command::Command, command_set::CommandSet, upload::UploadCommand};
    use events_schema::ids::Parse;
    use uuid::Uuid;

    use super::{
        super::{Column, Reason},
        *,
    };

    fn row(outcome: RowOutcome) -> CheckedRow {
        CheckedRow { number: 3, trainee: None, outcome }
    }

    #[test]
    fn a_row_counts_once_for_each_check_that_found_something_in_it() {
        let names = || Reason::Differs(Column::LastNames);
        let day = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day");
        let rows = [
            row(RowOutcome::Recommended(day)),
            row(RowOutcome::LeftOut),
            row(RowOutcome::Ignored),
            row(RowOutcome::Wrong(vec![names(), Reason::DateInFuture, names()])),
            row(RowOutcome::Wrong(vec![Reason::DateInFuture])),
        ];
        let digest = ContentDigest::parse(&"5a".repeat(32)).expect("a digest");
        let body = preview(UploadId(Uuid::nil()), &digest, &rows);
        assert_eq!(body["rows"], 4, "blank rows are no rows");
        assert_eq!(
            body["checks"],
            json!([{ "code": "date_in_future", "rows": 2 }, { "code": "last_names_differs", "rows": 1 }])
        );
        let read = Command::decode("RecordRecommendationPreview", &body.to_string()).expect("a command");
        assert!(matches!(read, Ok(Command::Upload(UploadCommand::RecordRecommendationPreview(_)))), "{read:?}");
    }
}
