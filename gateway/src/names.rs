//! Names as they stand at the doors: `ConfirmRecruitment` in JSON and paths, `confirm-recruitment` in subjects.

use std::sync::LazyLock;

use domain::command::Command;

use crate::decoder::Malformed;

/// A command of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandName {
    /// The aggregate's word: `school_partnership`.
    pub aggregate: &'static str,
    /// The command's: `ConfirmRecruitment`.
    pub name: &'static str,
}

static CATALOGUE: LazyLock<Vec<(CommandName, String)>> = LazyLock::new(|| {
    let entry = |(aggregate, name)| (CommandName { aggregate, name }, kebab(name));
    Command::catalogue().into_iter().map(entry).collect()
});

/// The command that a caller means, by either spelling.
pub fn find(given: &str) -> Result<CommandName, Malformed> {
    let found = CATALOGUE.iter().find(|(known, spelt)| known.name == given || spelt == given);
    found.map(|(known, _)| *known).ok_or_else(|| unknown(given))
}

/// `ConfirmRecruitment` or `school_partnership` as one token of a subject.
pub fn kebab(name: &str) -> String {
    let mut token = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        match character {
            '_' => token.push('-'),
            upper if upper.is_ascii_uppercase() => {
                if !token.is_empty() {
                    token.push('-');
                }
                token.push(upper.to_ascii_lowercase());
            }
            other => token.push(other),
        }
    }
    token
}

fn unknown(given: &str) -> Malformed {
    let shown: String = given.chars().take(60).filter(|character| !character.is_control()).collect();
    let next = near(&kebab(&shown)).map_or_else(
        || "the schemas at /schemas, or in events-schema/schemas/commands, are named after all there are.".to_owned(),
        |known| format!("did you mean {}?", known.name),
    );
    Malformed::new("unknown_command", format!("There is no command {shown:?}; {next}"))
}

/// The nearest command, if no more than a third of the letters would have to change.
fn near(given: &str) -> Option<CommandName> {
    let distances = CATALOGUE.iter().map(|(known, spelt)| (distance(given, spelt), known));
    let (changes, nearest) = distances.min_by_key(|(changes, _)| *changes)?;
    (changes * 3 <= given.chars().count()).then_some(*nearest)
}

/// Letters to add, drop or change to get from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (place, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_found_by_both_spellings() {
        for (aggregate, name) in Command::catalogue() {
            let known = CommandName { aggregate, name };
            assert_eq!(find(name), Ok(known));
            assert_eq!(find(&kebab(name)), Ok(known));
        }
    }

    #[test]
    fn no_two_commands_share_a_spelling() {
        let mut spelt: Vec<_> = CATALOGUE.iter().map(|(_, spelt)| spelt).collect();
        spelt.sort_unstable();
        spelt.dedup();
        assert_eq!(spelt.len(), CATALOGUE.len());
    }

    #[test]
    fn a_mistyped_name_brings_the_nearest() {
        let refusal = find("ConfirmRecruitmnet").expect_err("mistyped");
        assert_eq!(refusal.code, "unknown_command");
        assert!(refusal.message.contains("did you mean ConfirmRecruitment?"), "{}", refusal.message);
    }

    #[test]
    fn a_name_that_is_near_nothing_brings_the_list() {
        for far in ["MakeTea", "", "Confirm"] {
            let refusal = find(far).expect_err("no command");
            assert!(refusal.message.contains("/schemas") && !refusal.message.contains("mean"), "{}", refusal.message);
        }
    }
}
