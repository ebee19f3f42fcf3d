//! The command line with bad input: one clear sentence on the error stream, an exit status that is not 0,
//! nothing on the output. The tests of this file need no server: each of these ends before one would be asked.

mod asked;
mod desk;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// The executable, built beside the tests.
fn executable() -> PathBuf {
    let tests = std::env::current_exe().expect("a test has a path");
    let folder = tests.parent().and_then(Path::parent).expect("tests stand in target/<profile>/deps");
    let executable = folder.join("training-ledger");
    assert!(executable.exists(), "{} is missing; run `cargo build -p gateway` first", executable.display());
    executable
}

/// Runs it in an empty folder, with nothing of a service in its environment.
fn run(arguments: &[&str], folder: &TempDir) -> Output {
    let mut command = Command::new(executable());
    command.args(arguments).current_dir(folder.path()).env_clear();
    command.output().expect("the executable runs")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn file(folder: &TempDir, name: &str, text: &[u8]) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).expect("the folder is ours");
    path.display().to_string()
}

/// It failed, in one sentence that holds `says`, and printed nothing else.
fn refuses(output: &Output, says: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains(says), "{error:?} does not say {says:?}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
}

const AUTHORITIES: &[u8] = b"code,in_england\n201,y\n";
const HEADINGS: &str = "URN,LA (code),LA (name),EstablishmentName,TypeOfEstablishment (code),\
    EstablishmentStatus (code),Section41Approved (name),DistrictAdministrative (code)\n";

#[test]
fn a_file_that_is_not_there_is_named() {
    refuses(&run(&["import", "cohorts", "nowhere.csv"], &folder()), "cannot read nowhere.csv: No such file");
}

#[test]
fn a_missing_column_is_named_with_its_file() {
    let folder = folder();
    file(&folder, "local_authorities.csv", AUTHORITIES);
    let schools = file(&folder, "schools.csv", b"URN,Name\n1,A\n");
    let output = run(&["import", "schools", &schools], &folder);
    refuses(&output, "schools.csv, row 1, column \"LA (code)\": this column is missing");
}

#[test]
fn a_wrong_cell_is_named_by_row_and_column() {
    let folder = folder();
    file(&folder, "local_authorities.csv", AUTHORITIES);
    let rows = format!("{HEADINGS}100000,201,London,A,1,1,,\n100001,201,London,B,1,open,,\n");
    let schools = file(&folder, "schools.csv", rows.as_bytes());
    let output = run(&["import", "schools", &schools], &folder);
    refuses(&output, "row 3, column \"EstablishmentStatus (code)\": \"open\" is not a whole number");
}

#[test]
fn a_spreadsheet_that_is_not_csv_is_refused_as_a_whole() {
    let folder = folder();
    let book = file(&folder, "cohorts.xlsx", b"PK\x03\x04\0\0\0");
    refuses(&run(&["import", "cohorts", &book], &folder), "this is not a text file; save the sheet as CSV");
}

#[test]
fn an_upload_over_two_mebibytes_or_without_a_row_is_refused() {
    let folder = folder();
    let upload = |csv: &str| {
        let partner = ["--delivery-partner", "a-hub", "--cohort", "2025", "--yes"];
        run(&[&["confirm", "--csv", csv, "--lead-provider", "teach-first"], &partner[..]].concat(), &folder)
    };
    let large = file(&folder, "large.csv", &vec![b'1'; 2 * 1024 * 1024 + 1]);
    refuses(&upload(&large), "more than the 2097152 allowed");
    refuses(&upload(&file(&folder, "empty.csv", b"")), "the file is empty");
}

#[test]
fn a_command_that_does_not_exist_brings_the_nearest() {
    let output = run(&["send", "ConfirmRecruitmnt", "{}", "--actor", "lead-provider_teach-first"], &folder());
    refuses(&output, "did you mean ConfirmRecruitment?");
}

#[test]
fn a_body_that_is_not_json_is_refused_before_it_is_sent() {
    let output = run(&["send", "ConfirmRecruitment", "{oops", "--actor", "lead-provider_teach-first"], &folder());
    refuses(&output, "the body is not JSON");
}

#[test]
fn without_a_service_the_way_to_one_is_told() {
    for command in [&["verify"][..], &["events", "tail"], &["report", "overview"], &["rebuild", "all"]] {
        refuses(&run(command, &folder()), "start one with `training-ledger up`");
    }
}

#[test]
fn dead_servers_are_named() {
    let folder = folder();
    let mut command = Command::new(executable());
    command.args(["verify"]).current_dir(folder.path()).env_clear();
    command.env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    command.env("TRAINING_LEDGER_MASTER_KEY", "a secret that only this test knows");
    refuses(&command.output().expect("the executable runs"), "cannot reach PostgreSQL");

    let mut command = Command::new(executable());
    command.args(["send", "SubmitForTrn", "{}", "--actor", "training-provider_B20"]).current_dir(folder.path());
    command.env_clear().env("NATS_URL", "nats://127.0.0.1:1");
    refuses(&command.output().expect("the executable runs"), "cannot reach NATS at nats://127.0.0.1:1");
}

#[test]
fn schemas_that_differ_from_the_types_are_named() {
    let output = run(&["schemas", "--check"], &folder());
    refuses(&output, "differ from the types");
    let written = folder();
    assert!(run(&["schemas", "--write"], &written).status.success());
    assert!(run(&["schemas", "--check"], &written).status.success());
}

/// An argument that cannot be read is named, with the forms that can be.
fn misread(arguments: &[&str], says: &str) {
    let output = run(arguments, &folder());
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.lines().next().is_some_and(|line| line.contains(says)), "{error:?} does not say {says:?}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_day_a_moment_or_an_id_in_another_form_is_told_how_to_say_it() {
    for option in ["--from", "--to", "--week"] {
        let says = format!("invalid value '31/10/2025' for '{option} <DAY>': say a day such as 2025-10-31");
        misread(&["report", "report_rate", option, "31/10/2025"], &says);
    }
    misread(
        &["report", "report_rate", "--week", "2025-10-31"],
        ": weeks begin on Mondays; that of 2025-10-31 begins on",
    );
    misread(&["report", "report_rate", "--channel", "letter"], ": say one of: csv, ");
    let moment = ": say a day such as 2025-10-31, an instant such as 2025-10-31T12:00:00Z, or a position of the log";
    misread(&["replay", "--as-of", "31/10/2025"], &format!("'--as-of <DAY|INSTANT|POSITION>'{moment}"));
    misread(&["export", "events", "x", "--from", "31/10/2025"], &format!("'--from <DAY|INSTANT|POSITION>'{moment}"));
    let id = "say the id of a partnership, a trainee's record, a command or a correlation, such as 0190b0d2-";
    misread(&["trace", "abc"], &format!("invalid value 'abc' for '<ID>': {id}"));
}

#[test]
fn the_script_that_exports_names_everything_that_can_be_exported() {
    let unknown = run(&["export", "nonsense", "x"], &folder());
    let error = String::from_utf8_lossy(&unknown.stderr).into_owned();
    let values = error.split("[possible values: ").nth(1).and_then(|rest| rest.split(']').next());
    let values: Vec<&str> = values.expect("clap names them").split(", ").collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/export");
    let usage = Command::new(script).arg("--help").output().expect("bash is there");
    let usage = String::from_utf8_lossy(&usage.stdout).into_owned();
    let named: Vec<&str> = usage.lines().next().unwrap_or_default().split([' ', '|']).collect();
    assert!(values.len() > 3 && values.iter().all(|value| named.contains(value)), "{values:?} in {usage}");
}

#[test]
fn every_command_explains_itself() {
    let help = run(&["--help"], &folder());
    let text = String::from_utf8_lossy(&help.stdout).into_owned();
    for command in [
        "up", "demo", "serve", "migrate", "import", "confirm", "send", "report", "export", "compare", "trace",
        "events", "verify",
    ] {
        assert!(text.contains(&format!("\n  {command} ")), "{command} is missing from:\n{text}");
        let own = run(&[command, "--help"], &folder());
        assert!(own.status.success() && own.stdout.len() > 200, "{command}");
    }
}
