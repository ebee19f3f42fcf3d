//! Nobody is ever recorded as having failed: no type, field, value or column for it exists.
//! Words about machines that break down are another matter; this rule reads what is stored and sent about people.

use domain::schemas;

use super::source::files_ending;

/// The words of mail carriers for a mail, not for a person; nothing else may hold them.
const OF_MAIL: [&str; 3] = ["technical-failure", "temporary-failure", "permanent-failure"];

fn without_words_of_mail(text: &str) -> String {
    OF_MAIL.iter().fold(text.to_lowercase(), |text, word| text.replace(&format!("\"{word}\""), "\"\""))
}

#[test]
fn no_schema_of_an_event_or_command_knows_failing() {
    for file in schemas::files() {
        assert!(!without_words_of_mail(&file.text).contains("fail"), "{} speaks of failing", file.path);
    }
}

#[test]
fn no_fixture_and_no_table_of_a_view_knows_failing() {
    for source in files_ending(".json").into_iter().filter(|source| source.path.starts_with("events-schema/fixtures")) {
        assert!(!source.text.to_lowercase().contains("fail"), "{} speaks of failing", source.path);
    }
    for source in files_ending(".sql") {
        assert!(!source.text.to_lowercase().contains("failed"), "{} speaks of failing", source.path);
    }
}

/// What a reply says when the service itself broke down, and nothing was decided about anybody.
const OF_THE_SERVICE: &str = "`rejected` or `failed`.";

#[test]
fn no_path_field_or_value_of_the_apis_knows_failing() {
    for source in files_ending("docs/openapi.json") {
        let text = without_words_of_mail(&source.text.replace(OF_THE_SERVICE, ""));
        assert!(!text.contains("fail"), "{} speaks of failing", source.path);
    }
}

#[test]
fn no_page_says_failing_and_neither_does_code_that_fills_pages_and_apis() {
    for source in files_ending(".html") {
        assert!(!source.text.to_lowercase().contains("fail"), "{} speaks of failing", source.path);
    }
    let rims = ["gateway/src/web/", "gateway/src/api/", "gateway/src/bulk_recommend/"];
    for source in files_ending(".rs").into_iter().filter(|source| rims.iter().any(|rim| source.path.starts_with(rim))) {
        let said = texts(&source.text).find(|text| text.to_lowercase().contains("fail") && *text != CANNOT_FAIL);
        assert_eq!(said, None, "{} speaks of failing", source.path);
    }
}

/// Why an `expect` cannot happen: no page says it.
const CANNOT_FAIL: &str = "writing to a string cannot fail";

/// What stands in quotation marks on one line.
fn texts(source: &str) -> impl Iterator<Item = &str> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('"').skip(1).step_by(2))
}

#[test]
fn no_column_of_a_view_knows_failing() {
    // A row of a view is a type of these files, and a column is one of its fields.
    for source in files_ending(".rs").into_iter().filter(|source| source.path.starts_with("projections/src/")) {
        let code = source.text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
        let column =
            code.filter_map(|line| line.split_once(':')).find(|(name, _)| name.to_lowercase().contains("fail"));
        assert_eq!(column, None, "{} has a column for failing", source.path);
    }
}
