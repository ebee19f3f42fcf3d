//! Why a trainee's record says no: one function per code, each with its rule, or with those that it can fall under.

use events_schema::codes::{TraineeState, WithdrawalReason, WithdrawalTrigger};

use crate::{policies::withdrawal_reasons::offered, rejection::rejections, text::listed};

rejections! {
    /// No record has this id.
    unknown_trainee(), "trainees/4.3" =>
        "No trainee record has this id: check the id.";

    /// A record with this id exists.
    already_registered(), "trainees/4.2" =>
        "A trainee record with this id exists already: leave the id out to register another trainee.";

    /// Another provider's record.
    not_yours(message: &str), "trainees/4.3" => message;

    /// Only DfE support may do this.
    support_only(command_name: &str), "trainees/4.3" =>
        format!("Only DfE support can do this ({command_name}): ask support to do it.");

    /// The record came from HESA and cannot be amended here.
    hesa_editing_off(), "trainees/4.3" =>
        "This record came from HESA and cannot be amended here: change it at HESA.";

    /// The present state does not allow the command.
    invalid_transition(command_name: &str, present: TraineeState, possible: &str), "trainees/4.2" =>
        format!("The trainee is in state {present}, and {command_name} is possible only in state {possible}.");

    /// It was not said whose trainee it is.
    provider_missing(), "trainees/4.2" =>
        "The training provider is missing: say whose trainee this is.";

    /// No such training provider.
    provider_unknown(), "trainees/4.2" =>
        "No training provider has this code: check the code in the register of providers.";

    /// First or last names are missing.
    names_missing(), "trainees/4.2" =>
        "First names and last names are both needed: give both.";

    /// More than three subjects.
    too_many_subjects(most: usize), "trainees/4.2" =>
        format!("A record names at most {most} subjects: leave the others out.");

    /// A section that the command needs is missing.
    record_incomplete(missing: &str, then: &str), one of ["trainees/4.4", "trainees/4.5"] => lacking(missing, then);

    /// The route needs a degree.
    degree_missing(missing: &str, then: &str), "trainees/4.5" => lacking(missing, then);

    /// The route needs more placements.
    placements_missing(missing: &str, then: &str), "trainees/4.5" => lacking(missing, then);

    /// No TRN was given and none is held.
    trn_missing(), "trainees/4.4" =>
        "The TRN is missing and the trainee holds none: give its 7 digits.";

    /// Not a TRN.
    trn_invalid(), "trainees/4.4" =>
        "This is not a TRN: give 7 digits.";

    /// The course has not begun.
    itt_not_started(start: &str), "trainees/4.5" =>
        format!("ITT starts on {start}: recommend the trainee from that day on.");

    /// The course or the trainee has not started.
    not_started(message: String), one of ["trainees/4.7", "trainees/4.8", "trainees/4.10"] => message;

    /// The date is missing.
    date_missing(what: &str), one of ["trainees/4.5", "trainees/4.7", "trainees/4.8", "trainees/4.10"] => absent(what);

    /// Not a real date.
    date_invalid(what: &str), one of
        ["trainees/4.5", "trainees/4.6", "trainees/4.7", "trainees/4.8", "trainees/4.10"] => unreal(what);

    /// The date lies ahead.
    date_in_future(what: &str), one of ["trainees/4.5", "trainees/4.6"] =>
        format!("The {what} lies in the future: give today or an earlier day.");

    /// The date lies before the course.
    date_before_itt_start(what: &str, start: &str), one of
        ["trainees/4.2", "trainees/4.5", "trainees/4.7", "trainees/4.8", "trainees/4.10"] =>
        format!("The {what} lies before the ITT start date: give {start} or a later day.");

    /// An award without its date.
    award_date_missing(what: &str), one of ["trainees/4.6"] => absent(what);

    /// The status is held from the day on which the standards were met.
    award_date_differs(met: &str), "trainees/4.6" =>
        format!("The award date is not the day on which the standards were met: give {met}.");

    /// A date of deferral for a trainee who is not deferred.
    not_deferred(state: TraineeState), "trainees/4.7" =>
        format!("The trainee is in state {state}: only a deferral has a date of deferral.");

    /// The text is too long.
    text_too_long(longest: usize), one of ["trainees/4.7", "trainees/4.10", "trainees/4.11"] =>
        format!("The text is too long: give up to {longest} characters.");

    /// The expected end date is missing.
    end_date_missing(what: &str), one of ["trainees/4.8", "trainees/4.9"] => absent(what);

    /// The expected end date is not a real date.
    end_date_invalid(what: &str), one of ["trainees/4.8", "trainees/4.9"] => unreal(what);

    /// The expected end date lies before the return.
    end_date_before_return(), "trainees/4.8" =>
        "The expected end date lies before the return: give the return date or a later day.";

    /// The expected end date is not later than what it must follow.
    end_date_not_later(message: String), one of ["trainees/4.2", "trainees/4.9"] => message;

    /// The expected end date is too far off.
    end_date_out_of_range(message: String), one of ["trainees/4.8", "trainees/4.9"] => message;

    /// A later end date was sent as a correction.
    later_end_date_is_extension(), "trainees/4.9" =>
        "A later expected end date is an extension: send ExtendTraining instead.";

    /// The date of deferral is the date of withdrawal.
    date_fixed_by_deferral(deferred_on: &str), "trainees/4.10" =>
        format!(
            "The trainee was deferred on {deferred_on}, which is the withdrawal date too: leave the date out, or \
             reinstate them first."
        );

    /// It was not said who chose.
    trigger_missing(), "trainees/4.10" =>
        "It is not said who chose: give provider or trainee.";

    /// Neither of the two who can choose.
    trigger_invalid(), "trainees/4.10" =>
        "Only provider or trainee can have chosen: give one of them.";

    /// No reason was given.
    reason_missing(trigger: WithdrawalTrigger), "trainees/4.10" =>
        format!("No reason is given: give one or more of {}.", reasons_for(trigger));

    /// Not a reason that is offered; `older` is one that once was.
    reason_unknown(older: Option<&str>, trigger: WithdrawalTrigger), "trainees/4.10" => match older {
        Some(code) => format!("The reason {code} is no longer offered: give {}.", reasons_for(trigger)),
        None => format!("A reason is not known: give {}.", reasons_for(trigger)),
    };

    /// Not a reason for whoever chose.
    reason_not_for_trigger(reason: WithdrawalReason, trigger: WithdrawalTrigger), "trainees/4.10" =>
        format!("The reason {reason} is not for a choice of the {trigger}: give {}.", reasons_for(trigger));

    /// The reason needs text.
    text_missing(reason: WithdrawalReason), "trainees/4.10" =>
        format!("The reason {reason} needs a text: say in a few words what it was.");

    /// The question about teaching later is not answered.
    interest_missing(), "trainees/4.10" =>
        "It is not said whether they may want to teach later: give yes, no or unknown.";

    /// Not one of the answers to it.
    interest_invalid(), "trainees/4.10" =>
        "Interest in teaching later is yes, no or unknown: give one of them.";

    /// Support gave no comment.
    comment_missing(), "trainees/4.11" =>
        "The comment is missing: say for the audit why this is taken back.";
}

fn lacking(missing: &str, then: &str) -> String {
    format!("The record lacks {missing}: add what is missing, then {then}.")
}

fn absent(what: &str) -> String {
    format!("The {what} is missing: give it as yyyy-mm-dd.")
}

fn unreal(what: &str) -> String {
    format!("The {what} is not a real date: give it as yyyy-mm-dd.")
}

fn reasons_for(trigger: WithdrawalTrigger) -> String {
    listed(offered(trigger).iter().map(|policy| policy.reason.code()))
}
