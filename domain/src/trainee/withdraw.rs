//! Out for good (DOMAIN 4.10): the last day trained, who chose, why, and whether they may want to teach later.

use chrono::NaiveDate;
use events_schema::{
    codes::{FutureInterest, WithdrawalReason, WithdrawalTrigger},
    events::trainee::TraineeWithdrawn,
    personal::{Personal, Private},
};

use super::{
    commands::WithdrawTrainee,
    dates::Given,
    details::{LONGEST_TEXT, bounded_text, trimmed},
    record::Record,
    rejections as refused,
};
use crate::{
    policies::{
        dates::shown,
        withdrawal_reasons::{TextAsked, only_read, reason_policy},
    },
    rejection::Rejection,
};

const RULE: &str = "trainees/4.10";

/// The withdrawal, each page's rules checked again in the order of the pages.
pub(super) fn withdraw(
    record: &Record,
    command: &WithdrawTrainee,
    today: NaiveDate,
) -> Result<TraineeWithdrawn, Rejection> {
    has_started(record, today)?;
    let withdrawal_date = last_day_trained(record, command)?;
    let trigger = trigger(command)?;
    let reasons = reasons(command, trigger)?;
    Ok(TraineeWithdrawn {
        trainee_id: record.trainee_id,
        withdrawal_date,
        trigger,
        another_reason: text(&reasons, TextAsked::AnotherReason, command.another_reason.as_ref())?,
        safeguarding_concern_reasons: text(
            &reasons,
            TextAsked::SafeguardingConcern,
            command.safeguarding_concern_reasons.as_ref(),
        )?,
        reasons,
        future_interest: future_interest(command)?,
        state_before: record.state,
    })
}

/// Nobody is withdrawn who never started: such people were once recorded as leavers.
/// Where no start is recorded, the last day trained says that there was one.
fn has_started(record: &Record, today: NaiveDate) -> Result<(), Rejection> {
    let starts = [record.training.itt_start_date, record.training.trainee_start_date];
    let Some(ahead) = starts.into_iter().flatten().find(|start| *start > today) else { return Ok(()) };
    let message = format!(
        "A trainee who has not started cannot be withdrawn, and this one starts on {}: correct the start date if that is wrong.",
        shown(ahead)
    );
    Err(refused::not_started(RULE, message))
}

/// For a deferred trainee the deferral's date, where it has one; else the date given, which may lie ahead.
fn last_day_trained(record: &Record, command: &WithdrawTrainee) -> Result<NaiveDate, Rejection> {
    let given = Given::new("withdrawal date", RULE, command.withdrawal_date.as_ref());
    match (record.defer_date, given.optional()?) {
        (Some(deferred_on), Some(date)) if date != deferred_on => {
            Err(refused::date_fixed_by_deferral(&shown(deferred_on)))
        }
        (Some(deferred_on), _) => Ok(deferred_on),
        (None, _) => {
            let date = given.required()?;
            given.not_before_itt_start(date, record)?;
            Ok(date)
        }
    }
}

fn trigger(command: &WithdrawTrainee) -> Result<WithdrawalTrigger, Rejection> {
    let code = command.trigger.as_deref().and_then(trimmed);
    let code = code.ok_or_else(refused::trigger_missing)?;
    WithdrawalTrigger::from_code(&code).ok_or_else(refused::trigger_invalid)
}

fn future_interest(command: &WithdrawTrainee) -> Result<FutureInterest, Rejection> {
    let code = command.future_interest.as_deref().and_then(trimmed);
    let code = code.ok_or_else(refused::interest_missing)?;
    FutureInterest::from_code(&code).ok_or_else(refused::interest_invalid)
}

/// One or more reasons, each once, each for whoever chose.
fn reasons(command: &WithdrawTrainee, trigger: WithdrawalTrigger) -> Result<Vec<WithdrawalReason>, Rejection> {
    let mut reasons = Vec::new();
    for code in command.reasons.iter().filter_map(|code| trimmed(code)) {
        let reason = reason(&code, trigger)?;
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() { Err(refused::reason_missing(trigger)) } else { Ok(reasons) }
}

fn reason(code: &str, trigger: WithdrawalTrigger) -> Result<WithdrawalReason, Rejection> {
    let unknown = || refused::reason_unknown(only_read(code).map(|older| older.code), trigger);
    let reason = WithdrawalReason::from_code(code).ok_or_else(unknown)?;
    if reason_policy(reason).order(trigger).is_some() {
        return Ok(reason);
    }
    Err(refused::reason_not_for_trigger(reason, trigger))
}

/// The text that a chosen reason asks for; text that none of them asks for is not kept.
fn text(
    reasons: &[WithdrawalReason],
    asked: TextAsked,
    given: Option<&Private<String>>,
) -> Result<Option<Personal<String>>, Rejection> {
    let Some(asking) = reasons.iter().find(|reason| reason_policy(**reason).text == Some(asked)) else {
        return Ok(None);
    };
    let text = bounded_text(RULE, given, LONGEST_TEXT)?;
    text.map(Some).ok_or_else(|| refused::text_missing(*asking))
}
