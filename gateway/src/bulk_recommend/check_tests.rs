//! Files of recommendations against records: the two samples row by row, and each trap alone.

use std::{fs, path::PathBuf};

use events_schema::{
    actor::Actor,
    codes::{Route, TraineeState},
    events::trainee::{Degree, Placement, TraineeEvent, TraineePerson, TraineeRegistered, Training, TrnRecorded},
    ids::{HesaId, Parse, TrainingProviderCode, Trn},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::bulk_recommend::{given_out, sheet};

const PROVIDER: &str = "1AB";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../data/samples")
}

fn circumstances(today: &str) -> Circumstances {
    Circumstances {
        actor: Actor::parse(&format!("training-provider_{PROVIDER}")).expect("an actor"),
        received_at: format!("{today}T11:00:00Z").parse().expect("an instant"),
        new_id: Uuid::nil(),
    }
}

/// A record as a row of the sample of trainees describes it.
fn trainee(number: u128, field: &dyn Fn(&str) -> String) -> Trainee {
    let private = |name: &str| Some(field(name)).filter(|text| !text.is_empty()).map(Personal::Open);
    let day = |name: &str| field(name).parse().ok();
    let training = Training {
        route: Route::from_code(&field("route")).expect("a route"),
        phase: Some(field("phase")),
        age_range: Some(field("age_range")),
        subjects: vec![field("subject")],
        training_partner: Some(field("training_partner")).filter(|text| !text.is_empty()),
        employing_school: None,
        itt_start_date: day("itt_start_date"),
        trainee_start_date: day("itt_start_date"),
        expected_end_date: day("expected_end_date"),
        degrees: vec![
            Degree { subject: "A".into(), institution: "B".into() };
            field("degrees").parse().expect("a number")
        ],
        placements: vec![
            Placement { school_urn: None, school_name: "A School".into() };
            field("placements").parse().expect("a number")
        ],
    };
    let person = TraineePerson {
        first_names: Personal::Open(field("first_names")),
        last_names: Personal::Open(field("last_names")),
        date_of_birth: "2000-01-01".parse().ok().map(Personal::Open),
        email: None,
        provider_trainee_id: private("provider_trainee_id"),
        hesa_id: HesaId::parse(&field("hesa_id")).ok().map(Personal::Open),
    };
    let trainee_id = TraineeId(Uuid::from_u128(number));
    let provider = TrainingProviderCode::parse(PROVIDER).expect("a code");
    let mut trainee = Trainee::default();
    let registered = TraineeRegistered { trainee_id, provider, person, training, from_hesa: false };
    trainee.evolve(&TraineeEvent::from(registered));
    if let Ok(trn) = Trn::parse(&field("trn")) {
        trainee.evolve(&TraineeEvent::from(TrnRecorded { trainee_id, trn: Personal::Open(trn) }));
    }
    trainee.record.as_mut().expect("registered").state = TraineeState::from_code(&field("state")).expect("a state");
    trainee
}

/// Names in the sample, and the records of the provider that uploads.
fn sample_trainees() -> Vec<(String, Trainee)> {
    let mut reader = csv::Reader::from_path(folder().join("bulk_recommend_trainees.csv")).expect("the sample");
    let headings = reader.headers().expect("headings").clone();
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let read = |(number, row): (u128, &csv::StringRecord)| {
        let field = |name: &str| {
            let at = headings.iter().position(|heading| heading == name).expect("a column");
            row.get(at).unwrap_or_default().to_owned()
        };
        (field("provider") == "uploader").then(|| (field("ref"), trainee(number, &field)))
    };
    (1..).zip(&rows).filter_map(read).collect()
}

fn checked(file: &[u8], trainees: &[Trainee], today: &str) -> Vec<CheckedRow> {
    let sheet = sheet::read(file).expect("a file");
    let circumstances = circumstances(today);
    let trainees = Trainees::new(trainees.iter());
    check(&sheet, &Checking { trainees: &trainees, circumstances: &circumstances })
}

fn codes(row: &CheckedRow) -> Vec<String> {
    match &row.outcome {
        RowOutcome::Wrong(reasons) => reasons.iter().map(Reason::code).collect(),
        _ => Vec::new(),
    }
}

fn as_expected(row: &CheckedRow, names: &[(String, Trainee)]) -> Value {
    let (outcome, date) = match &row.outcome {
        RowOutcome::Recommended(date) => ("will_change", Some(date.to_string())),
        RowOutcome::LeftOut => ("no_date", None),
        RowOutcome::Wrong(_) => ("error", None),
        RowOutcome::Ignored => return json!({ "row": row.number, "outcome": "ignored", "reasons": [] }),
    };
    let is_it = |trainee: &Trainee| trainee.record.as_ref().map(|record| record.trainee_id) == row.trainee;
    let name = row.trainee.and_then(|_| names.iter().find(|(_, it)| is_it(it)).map(|(name, _)| name));
    json!({ "row": row.number, "outcome": outcome, "trainee": name, "date": date, "reasons": codes(row) })
}

#[test]
fn both_samples_give_exactly_what_is_expected_of_them() {
    let expected = fs::read(folder().join("expected.json")).expect("the sample");
    let expected: Value = serde_json::from_slice(&expected).expect("JSON");
    let names = sample_trainees();
    let trainees: Vec<_> = names.iter().map(|(_, trainee)| trainee.clone()).collect();
    let bulk = |file: &&Value| file["kind"] == "bulk_recommend";
    let files: Vec<_> = expected["files"].as_array().expect("files").iter().filter(bulk).collect();
    assert_eq!(files.len(), 2);
    for file in files {
        let bytes = fs::read(folder().join(file["file"].as_str().expect("a name"))).expect("the sample");
        let rows = checked(&bytes, &trainees, file["given"]["today"].as_str().expect("a day"));
        let got: Vec<_> = rows.iter().map(|row| as_expected(row, &names)).collect();
        let mut wanted = file["rows"].clone();
        for row in wanted.as_array_mut().expect("rows") {
            row.as_object_mut().expect("a row").remove("line");
        }
        assert_eq!(json!(got), wanted, "{}", file["file"]);
        let counts = Counts::of(&rows);
        let counts = json!({ "will_change": counts.recommended, "no_date": counts.left_out, "error": counts.wrong,
            "ignored": counts.ignored });
        assert_eq!(counts, file["counts"], "{}", file["file"]);
    }
}

/// A trainee who can be recommended, with some fields changed.
fn due(number: u128, changes: &[(&str, &str)]) -> Trainee {
    let field = |name: &str| {
        let given = changes.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
        let value = given.unwrap_or(match name {
            "state" => "trn_received",
            "trn" => "1234567",
            "provider_trainee_id" => "A-1",
            "hesa_id" => "12345678901234567",
            "first_names" => "Zoë",
            "last_names" => "O'Sample",
            "route" => "provider_led_postgrad",
            "phase" => "Secondary",
            "age_range" => "11 to 16",
            "subject" => "Mathematics",
            "itt_start_date" => "2024-09-02",
            "expected_end_date" => "2025-07-31",
            "degrees" => "1",
            "placements" => "2",
            _ => "",
        });
        value.to_owned()
    };
    trainee(number, &field)
}

/// Codes of the only row of a file that has these columns and cells.
fn told(trainees: &[Trainee], columns: &str, cells: &str) -> String {
    let rows = checked(format!("{columns}\n{cells}\n").as_bytes(), trainees, "2025-07-15");
    match &rows[0].outcome {
        RowOutcome::Recommended(_) => "recommended".to_owned(),
        RowOutcome::LeftOut => "left out".to_owned(),
        RowOutcome::Ignored => "ignored".to_owned(),
        RowOutcome::Wrong(_) => codes(&rows[0]).join(" "),
    }
}

#[test]
fn an_id_is_sought_by_its_shape_in_the_order_trn_hesa_own() {
    let trainees =
        [due(1, &[]), due(2, &[("trn", "7654321"), ("hesa_id", "1234567890123"), ("provider_trainee_id", "7777777")])];
    let told = |columns: &str, cells: &str| told(&trainees, columns, cells);
    assert_eq!(told("TRN,Date", "1234567,1/7/2025"), "recommended");
    assert_eq!(told("HESA ID,Date", "'12345678901234567',1/7/2025"), "recommended");
    assert_eq!(told("HESA ID,Date", "1234567890123,1/7/2025"), "recommended");
    assert_eq!(told("Provider trainee ID,Date", "a-1,1/7/2025"), "recommended");
    // Seven digits are a TRN, wherever they stand and whosever own number they are.
    assert_eq!(told("Provider trainee ID,Date", "7777777,1/7/2025"), "trainee_not_found");
    assert_eq!(told("Provider trainee ID,Date", "1234567,1/7/2025"), "provider_trainee_id_differs");
    // What one id does not find, the next may; what it finds stands.
    assert_eq!(told("TRN,Provider trainee ID,Date", "9999999,A-1,1/7/2025"), "trn_differs");
    assert_eq!(told("TRN,Provider trainee ID,Date", "7654321,A-1,1/7/2025"), "provider_trainee_id_differs");
    assert_eq!(told("TRN,Date", "12345,1/7/2025"), "trn_shape trainee_not_found");
    assert_eq!(told("HESA ID,Date", "12345,1/7/2025"), "hesa_id_shape trainee_not_found");
    assert_eq!(told("TRN,First names,Date", ",Zoë,1/7/2025"), "trainee_not_found");
}

#[test]
fn several_with_one_id_are_told_apart_by_who_is_in_training() {
    let with = |states: &[&str]| -> Vec<Trainee> {
        (1..).zip(states).map(|(number, state)| due(number, &[("state", state)])).collect()
    };
    let told = |states: &[&str]| told(&with(states), "Provider trainee ID,Date", "A-1,1/7/2025");
    assert_eq!(told(&["trn_received", "withdrawn", "awarded"]), "recommended");
    assert_eq!(told(&["trn_received", "trn_received"]), "several_with_trn_received");
    assert_eq!(told(&["withdrawn", "deferred"]), "several_none_with_trn_received");
    assert_eq!(told(&["submitted_for_trn"]), "wrong_state");
    assert_eq!(told(&["draft"]), "trainee_not_found");
    assert_eq!(told(&["draft", "trn_received"]), "recommended");
}

#[test]
fn names_agree_without_case_and_accents_and_everything_else_without_case() {
    let trainees = [due(1, &[("training_partner", "École A")])];
    let told =
        |column: &str, cell: &str| told(&trainees, &format!("TRN,{column},Date"), &format!("1234567,{cell},1/7/2025"));
    for (column, cell) in [
        ("First names", "ZOE"),
        ("First names", "Zoe\u{308}"),
        ("Last names", "o\u{2019}sample"),
        ("Lead school", "école a"),
        ("QTS or EYTS", "qts"),
        ("Route", "PRIMARY AND SECONDARY (POSTGRADUATE)"),
        ("Phase", " secondary "),
        ("Age range", "11 TO 16"),
        ("Subject", "mathematics"),
    ] {
        assert_eq!(told(column, cell), "recommended", "{column} {cell}");
    }
    for (column, cell, code) in [
        ("First names", "Zo", "first_names_differs"),
        ("Last names", "Sample", "last_names_differs"),
        ("Training partner", "Ecole A", "training_partner_differs"),
        ("Training partner", "", "training_partner_differs"),
        ("QTS or EYTS", "EYTS", "award_differs"),
        ("Route", "Assessment only", "route_differs"),
        ("Phase", "Primary", "phase_differs"),
        ("Age range", "11-16", "age_range_differs"),
        ("Subject", "Physics", "subject_differs"),
    ] {
        assert_eq!(told(column, cell), code, "{column} {cell}");
    }
}

#[test]
fn all_errors_of_a_row_are_told_in_the_order_of_the_checks() {
    let trainees = [due(1, &[("degrees", "0")])];
    let columns = "Subject,Age range,Last names,First names,HESA ID,TRN,Provider trainee ID,Date";
    let cells = "Physics,0 to 5,X,Y,123,12345,A-1,2025-07-01";
    let expected = "trn_shape hesa_id_shape date_format trn_differs hesa_id_differs first_names_differs \
        last_names_differs age_range_differs subject_differs degree_missing";
    assert_eq!(told(&trainees, columns, cells), expected);
}

#[test]
fn a_row_without_a_date_is_left_out_unless_something_else_is_wrong() {
    let trainees = [due(1, &[])];
    assert_eq!(told(&trainees, "TRN,Date,Notes\n1234567,1/7/2025,", "1234567,,later"), "recommended");
    let rows = checked(
        b"TRN,Subject,Date\n1234567,Mathematics,\n1234567,Physics,\n,,\n9999999,,1/7/2025",
        &trainees,
        "2025-07-15",
    );
    let outcomes: Vec<_> = rows.iter().map(|row| (row.number, codes(row).join(" "))).collect();
    assert_eq!(rows[0].outcome, RowOutcome::LeftOut);
    assert_eq!(outcomes[1], (3, "subject_differs".to_owned()));
    assert_eq!(rows[2].outcome, RowOutcome::Ignored);
    assert_eq!(outcomes[3], (5, "trainee_not_found".to_owned()));
}

#[test]
fn what_the_record_lacks_and_a_course_that_lies_ahead_are_told_as_the_domain_tells_them() {
    for (changes, code) in [
        ([("placements", "1")].as_slice(), "placements_missing"),
        (&[("degrees", "0"), ("placements", "0")], "degree_missing"),
        (&[("itt_start_date", "")], "record_incomplete"),
        (&[("itt_start_date", "2025-07-16")], "date_before_itt_start itt_not_started"),
        (&[("expected_end_date", "")], "recommended"),
    ] {
        assert_eq!(told(&[due(1, changes)], "TRN,Date", "1234567,1/7/2025"), code, "{changes:?}");
    }
}

#[test]
fn the_returned_file_says_what_is_wrong_and_can_be_uploaded_again() {
    let file = "\u{feff}TRN,First names,Date,Errors\nDo not edit,,,\n1234567,\"=HYPERLINK(\"\"x\"\")\",31/2/2025,old\n\n1234567,Zoë,1/7/2025,\n";
    let trainees = [due(1, &[])];
    let sheet = sheet::read(file.as_bytes()).expect("a file");
    let rows = checked(file.as_bytes(), &trainees, "2025-07-15");
    let returned = given_out::with_errors(&sheet, &rows);
    let text = String::from_utf8(returned.clone()).expect("UTF-8");
    assert!(text.starts_with("\u{feff}TRN,First names,Date,Errors\r\nDo not edit,,,Do not edit\r\n"), "{text}");
    assert!(
        text.contains("1234567,\"'=HYPERLINK(\"\"x\"\")\",31/2/2025,\"Date must be a real date\nFirst names must"),
        "{text}"
    );
    assert!(text.ends_with("\r\n,,,\r\n1234567,Zoë,1/7/2025,\r\n"), "{text}");
    assert_eq!(sheet::read(&returned), Ok(sheet.clone()));
    assert_eq!(sheet::read(&given_out::kept(&sheet)), Ok(sheet));
    assert_eq!(checked(&returned, &trainees, "2025-07-15"), rows);
}

#[test]
fn the_prepopulated_file_lists_who_may_be_due_and_reads_back() {
    let changed = |number, changes: &[(&str, &str)]| due(number, changes);
    let trainees = [
        changed(1, &[("last_names", "=Formula"), ("trn", "0234567")]),
        changed(2, &[("trn", "2000002"), ("expected_end_date", "")]),
        changed(3, &[("trn", "2000003"), ("expected_end_date", "2025-01-15")]),
        changed(4, &[("trn", "2000004"), ("expected_end_date", "2025-01-14")]),
        changed(5, &[("trn", "2000005"), ("expected_end_date", "2026-01-15")]),
        changed(6, &[("trn", "2000006"), ("expected_end_date", "2026-01-16")]),
        changed(7, &[("trn", "2000007"), ("placements", "1")]),
        changed(8, &[("trn", "2000008"), ("state", "deferred")]),
    ];
    let today = "2025-07-15".parse().expect("a day");
    let records = || trainees.iter().filter_map(|trainee| trainee.record.as_ref());
    let text = String::from_utf8(given_out::prepopulated(records(), today)).expect("UTF-8");
    let headings = "\u{feff}TRN,Provider trainee ID,HESA ID,First names,Last names,Training partner,QTS or EYTS,Route,\
        Phase,Age range,Subject,Date QTS or EYTS requirements met\r\nDo not edit,";
    assert!(text.starts_with(headings), "{text}");
    assert!(text.contains("'0234567,A-1,'12345678901234567,Zoë,'=Formula,,QTS,"), "{text}");
    let dated = text.replace("Mathematics,\r\n", "Mathematics,15/7/2025\r\n");
    let rows = checked(dated.as_bytes(), &trainees, "2025-07-15");
    let listed: Vec<_> = rows.iter().map(|row| (row.number, &row.outcome)).collect();
    let recommended = RowOutcome::Recommended(today);
    assert_eq!(listed, [(3, &recommended), (4, &recommended), (5, &recommended), (6, &recommended)]);
    let without = [due(1, &[("hesa_id", "")])];
    let file = given_out::prepopulated(without.iter().filter_map(|it| it.record.as_ref()), today);
    assert!(!String::from_utf8(file).expect("UTF-8").contains("HESA"));
}

#[test]
fn the_empty_template_has_three_columns_and_reads_once_a_trainee_is_in_it() {
    let mut file = given_out::template("2025-07-15".parse().expect("a day"));
    assert_eq!(sheet::read(&file).expect_err("empty").code(), "no_trainees");
    assert!(file.starts_with("\u{feff}TRN,Provider trainee ID,Date\r\nDo not edit,Do not edit,".as_bytes()));
    file.extend(b"1234567,A-1,1/7/2025\r\n");
    let rows = checked(&file, &[due(1, &[])], "2025-07-15");
    assert_eq!((rows[0].number, Counts::of(&rows).recommended), (3, 1));
}

#[test]
fn five_hundred_rows_are_checked_in_one_go() {
    let trainees: Vec<_> = (0..5_000_u128)
        .map(|number| {
            due(
                number,
                &[("trn", &format!("{:07}", 1_000_000 + number)), ("provider_trainee_id", &format!("P{number}"))],
            )
        })
        .collect();
    let rows: Vec<_> = (0..500).map(|number| format!("{:07},1/7/2025", 1_000_000 + number * 3)).collect();
    let rows = checked(format!("TRN,Date\n{}\n", rows.join("\n")).as_bytes(), &trainees, "2025-07-15");
    assert_eq!(Counts::of(&rows), Counts { recommended: 500, ..Counts::default() });
    assert_eq!(rows[499].number, 501);
}
