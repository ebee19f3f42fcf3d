//! Every refusal names a rule, and every rule has its page and section, which explains the refusal's code.

use std::collections::BTreeSet;

use gateway::{decoder, refusals, reply::AT_THE_DOOR};

use super::source::{Source, files_ending};

/// Every code of the service with each rule that it is refused under.
fn codes() -> Vec<(&'static str, &'static str)> {
    let at_the_door = decoder::CODES.iter().map(|code| (*code, AT_THE_DOOR));
    domain::rejection::codes().into_iter().chain(refusals::CODES.iter().copied()).chain(at_the_door).collect()
}

fn pages() -> Vec<Source> {
    files_ending(".md").into_iter().filter(|page| page.path.starts_with("docs/service-rules/")).collect()
}

/// From the heading that ends in "(3.4)" to the next heading.
fn section<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let end = format!("({name})");
    page.split("\n## ").find(|section| section.lines().next().is_some_and(|heading| heading.ends_with(&end)))
}

/// What stands as code in the rows of the tables.
fn explained(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| line.starts_with("| ")).flat_map(|row| row.split('`').skip(1).step_by(2))
}

#[test]
fn no_code_stands_for_two_refusals_under_one_rule() {
    let all = codes();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}

#[test]
fn the_page_that_a_rule_names_has_its_section_and_explains_its_code() {
    let pages = pages();
    for (code, rule) in codes() {
        let (page, name) = rule.split_once('/').expect("page/section");
        let path = format!("docs/service-rules/{page}.md");
        let page = pages.iter().find(|known| known.path == path).unwrap_or_else(|| panic!("{path} is missing"));
        let section = section(&page.text, name).unwrap_or_else(|| panic!("{path} has no section ({name})"));
        assert!(explained(section).any(|known| known == code), "{path}, section ({name}), does not explain {code}");
    }
}

#[test]
fn the_pages_explain_no_code_that_is_never_used() {
    let known: BTreeSet<_> = codes().into_iter().map(|(code, _)| code).collect();
    for page in pages() {
        let stray: Vec<_> = explained(&page.text).filter(|code| !known.contains(code)).collect();
        assert!(stray.is_empty(), "{} explains {stray:?}, which nothing refuses with", page.path);
    }
}

/// A rule outside the lists would have no page: the sources name none but in the lists.
#[test]
fn no_source_names_a_rule_that_is_in_no_list() {
    let known: BTreeSet<_> = codes().into_iter().map(|(_, rule)| rule).collect();
    let pages = ["partnerships/", "trainees/", "permissions/", "doors/", "commands/"];
    for source in files_ending(".rs").iter().filter(|source| !source.path.starts_with("tests/")) {
        let literals = source.text.split('"').skip(1);
        for literal in
            literals.filter(|literal| pages.iter().any(|page| literal.strip_prefix(page).is_some_and(is_name)))
        {
            assert!(known.contains(literal), "{} names the rule {literal}, which no list has", source.path);
        }
    }
}

fn is_name(section: &str) -> bool {
    !section.is_empty()
        && section.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '.')
}
