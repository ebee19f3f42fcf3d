//! The table of DOMAIN 3.2, cell by cell.

use events_schema::{codes::MistakeReason::DoNotRecognise, events::EventSet, events::school_partnership::*};

use super::*;
use crate::{
    aggregate::Aggregate,
    facts::{CaseFacts, Circumstances},
    processes::late_report,
    rejection::Rejection,
    school_partnership::{SchoolPartnershipCommand, Standing},
    spec::{Situation, actor},
    support_case::{PassReportToSupport, ResolveSupportCase, SupportCase, SupportCaseCommand},
};

/// Command and actor, then what follows in a free, open, settled and broken stream.
type Row = (&'static str, &'static str, [&'static str; 4]);

const TABLE: &[Row] = &[
    (
        "ConfirmRecruitment",
        TEACH_FIRST,
        ["RecruitmentConfirmed", "already_confirmed_by_you", "already_confirmed_by_you", "RecruitmentConfirmed"],
    ),
    (
        "ConfirmRecruitment",
        AMBITION,
        ["RecruitmentConfirmed", "recruited_by_other_provider", "recruited_by_other_provider", "RecruitmentConfirmed"],
    ),
    (
        "ChangeDeliveryPartner, other DP",
        TEACH_FIRST,
        ["unknown_partnership", "DeliveryPartnerChanged", "DeliveryPartnerChanged", "partnership_broken"],
    ),
    (
        "ChangeDeliveryPartner, same DP",
        TEACH_FIRST,
        ["unknown_partnership", "nothing", "nothing", "partnership_broken"],
    ),
    ("ChangeDeliveryPartner, other DP", AMBITION, ["unknown_partnership", "not_yours", "not_yours", "not_yours"]),
    ("ChangeDeliveryPartner, same DP", AMBITION, ["unknown_partnership", "not_yours", "not_yours", "not_yours"]),
    (
        "ReportPartnershipMistake",
        SCHOOL,
        [
            "unknown_partnership",
            "PartnershipMistakeReported",
            "window_closed and ReportPassedToSupport",
            "already_reported",
        ],
    ),
    (
        "PassReportToSupport",
        SCHOOL,
        ["unknown_partnership", "ReportPassedToSupport", "ReportPassedToSupport", "ReportPassedToSupport"],
    ),
    (
        "ResolveSupportCase",
        SUPPORT,
        ["unknown_case", "SupportCaseResolved", "SupportCaseResolved", "SupportCaseResolved"],
    ),
    (
        "BreakPartnershipAsSupport",
        SUPPORT,
        ["unknown_partnership", "PartnershipBrokenBySupport", "PartnershipBrokenBySupport", "already_broken"],
    ),
];

#[test]
fn every_cell_of_the_life_cycle_table_holds() {
    for (command, who, cells) in TABLE {
        for ((standing, history, now), cell) in columns().into_iter().zip(cells) {
            let state = SchoolPartnership::fold(&history);
            assert_eq!(state.standing(at(now)).code(), standing);
            assert_eq!(&what_follows(&state, command, who, now), cell, "{command} by {who} when {standing}");
        }
    }
}

#[test]
fn a_stream_that_support_broke_answers_as_one_that_the_school_reported() {
    let by_school = SchoolPartnership::fold(&[confirmed(), reported(DoNotRecognise)]);
    let by_support = SchoolPartnership::fold(&[confirmed(), broken_by_support()]);
    for (command, who, cells) in TABLE {
        assert_eq!(what_follows(&by_support, command, who, TOO_LATE), cells[3], "{command} by {who}");
    }
    assert_eq!(by_school, by_support);
}

/// A case about a trainee is no partnership's.
#[test]
fn the_table_names_every_command_of_a_partnership() {
    use crate::command_set::CommandSet;
    let by_processes = ["OpenTraineeTask", "CloseReportingWindow"]; // each has tests of its own
    let names = SchoolPartnershipCommand::NAMES.iter().chain(SupportCaseCommand::NAMES);
    for name in names.filter(|name| !by_processes.contains(name)) {
        assert!(TABLE.iter().any(|(command, ..)| command.starts_with(name)), "{name} has no row");
    }
}

#[test]
fn the_window_alone_turns_open_into_settled() {
    let state = SchoolPartnership::fold(&[confirmed()]);
    assert_eq!(state.standing(at(LAST_INSTANT)), Standing::Open);
    assert_eq!(state.standing(at(TOO_LATE)), Standing::Settled);
}

fn columns() -> [(&'static str, Vec<SchoolPartnershipEvent>, &'static str); 4] {
    [
        ("free", vec![], CONFIRMED_AT),
        ("open", vec![confirmed()], LAST_INSTANT),
        ("settled", vec![confirmed()], TOO_LATE),
        ("broken", vec![confirmed(), reported(DoNotRecognise)], LAST_INSTANT),
    ]
}

/// The names of the events, or the code of the refusal and what follows from it.
fn what_follows(state: &SchoolPartnership, command: &str, who: &str, now: &str) -> String {
    let mut facts = PartnershipFacts::usual();
    all_known(&mut facts, who.strip_prefix("lead-provider_").unwrap_or("teach-first"));
    facts.circumstances = Circumstances { actor: actor(who), received_at: at(now), new_id: id(2) };
    match command {
        "ConfirmRecruitment" => decided(state, confirm(), &facts),
        "ChangeDeliveryPartner, same DP" => decided(state, change_to("thames-hub"), &facts),
        "ChangeDeliveryPartner, other DP" => {
            knowing_partner(&mut facts, "mersey-hub");
            decided(state, change_to("mersey-hub"), &facts)
        }
        "ReportPartnershipMistake" => reported_or_passed(state, &facts),
        "BreakPartnershipAsSupport" => decided(state, break_it(), &facts),
        "PassReportToSupport" => passed(state, &facts),
        "ResolveSupportCase" => resolved(state, &facts),
        other => panic!("no such row: {other}"),
    }
}

fn decided(
    state: &SchoolPartnership,
    command: impl Into<SchoolPartnershipCommand>,
    facts: &PartnershipFacts,
) -> String {
    names(state.decide(&command.into(), facts))
}

fn reported_or_passed(state: &SchoolPartnership, facts: &PartnershipFacts) -> String {
    let report = report("do_not_recognise");
    let refusal = match state.decide(&report.clone().into(), facts) {
        Ok(events) => return names(Ok(events)),
        Err(refusal) => refusal,
    };
    let Some(pass) = late_report::passed_to_support(&report, &refusal) else { return refusal.code.to_owned() };
    let case_facts = late_report::case_facts(&report, state, facts.circumstances.clone());
    format!("{} and {}", refusal.code, names(SupportCase::default().decide(&pass.into(), &case_facts)))
}

fn passed(state: &SchoolPartnership, facts: &PartnershipFacts) -> String {
    names(SupportCase::default().decide(&a_question().into(), &about(state, facts)))
}

fn resolved(state: &SchoolPartnership, facts: &PartnershipFacts) -> String {
    let case_facts = about(state, facts);
    let passed = SupportCase::default().decide(&a_question().into(), &case_facts).unwrap_or_default();
    let resolve = ResolveSupportCase {
        case_id: parse(&id(2).to_string()),
        outcome: Some("answered".to_owned()),
        comment: Some("Told the school whom to ask".to_owned()),
    };
    names(SupportCase::fold(&passed).decide(&resolve.into(), &case_facts))
}

fn about(state: &SchoolPartnership, facts: &PartnershipFacts) -> CaseFacts {
    late_report::case_facts(&report("mistake"), state, facts.circumstances.clone())
}

fn a_question() -> PassReportToSupport {
    PassReportToSupport {
        partnership_id: partnership(1),
        subject: Some("partnership-issue".to_owned()),
        reason: None,
        details: None,
        came_by: None,
    }
}

fn names<E: EventSet>(decision: Result<Vec<E>, Rejection>) -> String {
    match decision {
        Ok(events) if events.is_empty() => "nothing".to_owned(),
        Ok(events) => events.iter().map(EventSet::event_type).collect::<Vec<_>>().join(" and "),
        Err(refusal) => refusal.code.to_owned(),
    }
}
