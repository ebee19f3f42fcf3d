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
