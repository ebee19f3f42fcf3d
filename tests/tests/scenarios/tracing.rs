//! Why was this partnership broken? Answered point by point from the log alone, whatever became of the views.

use events_schema::ids::{Parse, PartnershipId, TraineeId};
use gateway::{
    trace::{Act, Archive, Life, Source, Story, Trace},
    users::Users,
};
use projections::VIEWS;
use serde_json::json;
use tests::{
    reference::{PROVIDER, SUPPORT},
    world::World,
};

/// The sentences of a point, as one text.
fn point(trace: &Trace, number: usize) -> String {
    let sentences = trace.points[number - 1].sentences.iter().map(|sentence| sentence.text.clone());
    sentences.collect::<Vec<_>>().join("\n")
}

fn says(text: &str, all: &[&str]) {
    for told in all {
        assert!(text.contains(told), "{told:?} is missing from:\n{text}");
    }
}

/// The trace of a whole life, after the service was stopped and every view was dropped.
async fn told_without_views() -> (Trace, tests::partnership_life::Life) {
    let mut world = World::start().await.with_reference().await;
    let life = world.partnership_life().await;
    let archive = Archive::new(world.log()).naming(Users::new(world.owner.clone()));
    world.close().await;
    for view in VIEWS {
        let drop = format!("drop schema {} cascade", view.schema());
        sqlx::query(&drop).execute(&world.owner).await.expect("the test owns its database");
    }
    let id = PartnershipId::parse(&life.partnership).expect("an id");
    let story = Story::gather(&archive, id).await.expect("the log can be read").expect("it is in the log");
    (story.told(), life)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nine_points_of_a_broken_partnership_are_answered_from_the_log_alone() {
    let (trace, life) = told_without_views().await;
    says(
        &point(&trace, 1),
        &[
            "The school was Example School 100001 (URN 100001), as it was called then.",
            "The cohort is 2025 to 2026 and the lead provider TEACH-FIRST.",
            "The delivery partner at confirmation was A-HUB.",
            "On 5 June 2025 at 10:00 TEACH-FIRST, over NATS, changed the delivery partner from A-HUB to B-HUB.",
            "At the break the lead provider was TEACH-FIRST and the delivery partner B-HUB.",
        ],
    );
    says(
        &point(&trace, 2),
        &[
            "TEACH-FIRST, by a CSV file, confirmed the recruitment on 2 June 2025 at 10:00:00 London time \
             (2025-06-02T09:00:00.000000Z).",
            "It came from row 3 of the uploaded file 00000000-0000-0000-0000-000000000007; the row held “ 100001 ”.",
            "The caller was lead-provider_teach-first, and its command ",
        ],
    );
    says(
        &point(&trace, 3),
        &[
            "Round 1 began with the confirmation. Window policy version 1: 14 calendar days in London, no second term. \
             The last day shown to people was 16 June 2025, and the last instant inside 2025-06-16T22:59:59.999999Z.",
            "Round 2 began with the change of delivery partner. Window policy version 1: 14 calendar days in London, no \
             second term. The last day shown to people was 19 June 2025, and the last instant inside \
             2025-06-19T22:59:59.999999Z.",
        ],
    );
    says(
        &point(&trace, 4),
        &[
            "Notice to the school of round 1: made on 2 June 2025 at 10:00 for office@school.example, chosen by the rule \
             ‘main email’; it held a link to report a mistake (notice ",
            "On 2 June 2025 at 10:05 the notice to the school was not delivered: there is no such mailbox (by the \
             carrier’s word, its id N-1).",
            "On 5 June 2025 at 10:02 the notice to the school was delivered (by the carrier’s word, its id N-1).",
            "Reminder to the school of round 2: made on 12 June 2025 at 10:00",
        ],
    );
    the_break_and_after(&trace, &life);
    every_sentence_names_what_it_stands_on(&trace);
}

fn the_break_and_after(trace: &Trace, life: &tests::partnership_life::Life) {
    says(
        &point(trace, 5),
        &[
            "The school (URN 100001), over NATS, reported a mistake, and that broke the partnership.",
            "The report was received on 16 June 2025 at 11:00:00 London time (2025-06-16T10:00:00.000000Z).",
            &format!(
                "By the link in the reminder to the school, sent to office@school.example, delivered on 12 June 2025 at \
                 10:03 (notice {}).",
                life.reminder
            ),
            "The reason it gave: ‘The school does not know this training provider’ (code do_not_recognise).",
            "Yes: it came 3 days and 13 hours before the window closed.",
        ],
    );
    says(
        &point(trace, 6),
        &[
            "the service listed 2 users to tell: Robin Example (user 00000000-0000-0000-0000-000000000001), Sam Example",
            "for Robin Example, robin@provider.example, chosen by the rule ‘user of a provider’",
            "On 16 June 2025 at 12:05 the report to a provider’s user was delivered",
            "was not delivered: the mailbox took nothing for days (by",
        ],
    );
    says(
        &point(trace, 7),
        &[
            "Before the break, on 2 June 2025 at 10:00 AMBITION tried to confirm a recruitment over NATS and was refused: ",
            "(code recruited_by_other_provider, rule partnerships/3.7)",
            "After the break, on 16 June 2025 at 12:00 the school (URN 100001) tried to report a mistake over",
            "(code already_reported, rule partnerships/3.4). The reason it gave was ‘The school does not know this training provider’.",
            "was passed to DfE support (reported already, something is still wrong), by the link in an email",
            "It was asked: The name was misspelt.",
            &format!("closed the case {}: the question was answered. Rang the school.", life.case),
        ],
    );
    says(
        &point(trace, 8),
        &[
            &format!(
                "On 1 July 2025 at 10:00 AMBITION, over NATS, recruited the school anew, with A-HUB; that is the partnership {}.",
                life.next
            ),
            "On 1 August 2025 at 10:00 DfE support, over NATS, broke it again: ‘It looks like a mistake’.",
        ],
    );
    let decided = point(trace, 9);
    says(
        &decided,
        &[
            "The command to confirm a recruitment was decided against version 0 of school_partnership-100001-2025, when the school had \
             never been recruited for the cohort, under window policy version 1.",
            "The command to report a mistake was decided against version 2 of school_partnership-100001-2025, when the \
             school was recruited by TEACH-FIRST with B-HUB and could report a mistake.",
        ],
    );
    let same = "Decided again now, with the recorded facts against the same version, it gives the same answer.";
    assert_eq!(decided.matches(same).count(), 3, "{decided}");
}

fn every_sentence_names_what_it_stands_on(trace: &Trace) {
    let sentences = trace.points.iter().flat_map(|point| &point.sentences);
    for sentence in sentences {
        let position = match sentence.source {
            Some(Source::Event { position, .. }) => position,
            Some(Source::Decision { ledger_position, .. }) => ledger_position,
            None => panic!("{:?} stands on nothing", sentence.text),
        };
        assert!(position > 0 && sentence.text.ends_with(['.', ')']), "{sentence}");
    }
    let answers: Vec<_> =
        trace.answers.iter().map(|(question, sentence)| (*question, sentence.text.as_str())).collect();
    let expected = [
        ("Who broke it?", "The school: whoever had the link in its mail, without signing in."),
        ("When?", "16 June 2025 at 11:00:00 London time (2025-06-16T10:00:00.000000Z)."),
        ("By which mail?", "By the link in the reminder to the school, sent to office@school.example, delivered on "),
        ("Was it in time?", "Yes: it came 3 days and 13 hours before the window closed."),
        ("Why?", "‘The school does not know this training provider’."),
        (
            "Who was told?",
            "Robin Example, robin@provider.example (delivered on 16 June 2025 at 12:05; position 27); Sam Example, \
             sam@provider.example (not delivered: the mailbox took nothing for days; position 29).",
        ),
        (
            "What came next?",
            "AMBITION recruited the school anew on 1 July 2025 at 10:00, and that was broken again on 1 August 2025 at \
             10:00.",
        ),
    ];
    for ((question, answer), (wanted, begins)) in answers.iter().zip(expected) {
        assert!(*question == wanted && answer.starts_with(begins), "{question} {answer}");
    }
    assert_eq!(answers.len(), expected.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_that_was_undone_and_a_rescinded_recommendation_are_told_with_their_rules() {
    let world = World::start().await.with_reference().await;
    world.set_clock("2025-06-15T10:00:00Z", true).await;
    let id = world.trainee_with_trn("1234567").await;
    let withdrawn = json!({ "withdrawal_date": "2025-06-10", "trigger": "provider", "future_interest": "no",
        "reasons": ["did_not_make_progress", "had_to_withdraw_trainee_another_reason"],
        "another_reason": "Moved abroad" });
    world.of_trainee(PROVIDER, ("WithdrawTrainee", &id), withdrawn).await;
    world.of_trainee(SUPPORT, ("UndoWithdrawal", &id), json!({ "comment": "A slip" })).await;
    world.of_trainee(PROVIDER, ("RecommendForQts", &id), json!({ "qts_standards_met_date": "2025-06-12" })).await;
    world.of_trainee("system_teaching-record", ("RecordQtsAward", &id), json!({ "awarded_at": "2025-06-12" })).await;
    world.of_trainee(SUPPORT, ("RescindRecommendation", &id), json!({ "comment": "Wrong person" })).await;
    let archive = Archive::new(world.log());
    let trainee = TraineeId::parse(&id).expect("an id");
    let life = Life::gather(&archive, trainee).await.expect("the log can be read").expect("it is in the log");
    let text = life.told(None).text();
    says(
        &text,
        &[
            "Provider 1AB, over NATS, did this on 15 June 2025 at 11:00:00 London time",
            "‘Too little academic progress’ (code did_not_make_progress)",
            "Another reason: Moved abroad.",
            "It was decided under the service rules trainees/4.10, version 1 of the reasons.",
            "DfE support took it back on 15 June 2025 at 11:00; it stays in history, void.",
            "Support’s comment: A slip.",
            "The trainee was awarded before.",
            "QTS is held since 12 June 2025.",
            "Support’s comment: Wrong person.",
            "DfE support was given a task (recommendation rescinded)",
        ],
    );
    assert!(text.contains("it gives the same answer"), "{text}");
    let only = life.told(Some(Act::Withdrawal)).text();
    assert!(only.contains("Moved abroad") && !only.contains("Support’s comment: Wrong person"), "{only}");
}
