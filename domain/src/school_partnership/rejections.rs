//! Why a school's partnership says no: one function per code, each with its rule.

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::MistakeReason,
    events::school_partnership::ReportingWindow,
    ids::{Cohort, DeliveryPartnerId, PartnershipId, Urn},
};

use crate::{rejection::rejections, text::listed};

/// The code that the passing of a late report to support hangs on.
pub const WINDOW_CLOSED: &str = "window_closed";

rejections! {
    /// The end of a window was to be recorded before it came.
    window_still_open(closes_at: DateTime<Utc>), "partnerships/3.3" =>
        format!("The school may report a mistake until {}; ask again after that.", closes_at.to_rfc3339());

    /// No such cohort is set up.
    cohort_unknown(cohort: Cohort), "partnerships/3.2" =>
        format!("The cohort {} is not set up; check the year or ask DfE to set it up.", cohort.academic_year());

    /// No such delivery partner is set up.
    delivery_partner_unknown(id: &DeliveryPartnerId), "partnerships/3.2" =>
        format!("The delivery partner {id} is not known; choose one from your list of delivery partners.");

    /// The lead provider that asks is not set up.
    lead_provider_unknown(), "partnerships/3.2" =>
        "Only a lead provider that DfE has set up can do this; ask DfE to set you up.";

    /// The delivery partner is not paired with the lead provider for the cohort.
    delivery_partner_not_yours(id: &DeliveryPartnerId, cohort: Cohort), "partnerships/3.2" =>
        format!(
            "The delivery partner {id} does not work with you for {}; choose another or ask DfE to pair you.",
            cohort.academic_year(),
        );

    /// The school is not in the register.
    school_unknown(urn: &Urn), "partnerships/3.7" =>
        format!("No school has the URN {urn}; check the number.");

    /// The school may use accredited materials only.
    school_cip_only(urn: &Urn), "partnerships/3.7" =>
        format!("The school {urn} is not eligible for funded training; take it off your list.");

    /// Induction cannot be served at the school.
    school_not_eligible(urn: &Urn), "partnerships/3.7" =>
        format!("Inductions cannot be served at the school {urn}; take it off your list.");

    /// The same lead provider has the school already.
    already_confirmed_by_you(urn: &Urn, cohort: Cohort), "partnerships/3.7" =>
        format!("The school {urn} is already yours for {}; there is nothing to do.", cohort.academic_year());

    /// Another lead provider, which is not named, has the school.
    recruited_by_other_provider(urn: &Urn, cohort: Cohort), "partnerships/3.7" =>
        format!(
            "Another provider has confirmed the school {urn} for {}; contact the school if that is wrong.",
            cohort.academic_year(),
        );

    /// Some lead provider had the school last year, and the school has not said what it does this year.
    programme_not_confirmed(urn: &Urn, cohort: Cohort), "partnerships/3.7" =>
        format!(
            "The school {urn} has not said what it will do for {}; ask it to choose its programme first.",
            cohort.academic_year(),
        );

    /// There is no such partnership.
    unknown_partnership(id: PartnershipId), "partnerships/3.2" =>
        format!("There is no partnership {id}; check the id.");

    /// The partnership, or the school, belongs to somebody else; callers see it as missing.
    not_yours(what: impl std::fmt::Display), "partnerships/3.2" =>
        format!("You have no {what}; check the id.");

    /// A broken partnership cannot be changed.
    partnership_broken(id: PartnershipId), "partnerships/3.10" =>
        format!("Partnership {id} is no longer in force; confirm the recruitment again once the school agrees.");

    /// The partnership was broken before, by a report or by support.
    already_reported(id: PartnershipId), "partnerships/3.4" =>
        format!("Partnership {id} has already been reported; ask DfE support if something is still wrong.");

    /// The partnership was broken before.
    already_broken(id: PartnershipId), "partnerships/3.2" =>
        format!("Partnership {id} is already broken; there is nothing to do.");

    /// A report needs a reason.
    reason_missing(), "partnerships/3.4" =>
        format!("No reason was given; give {}.", reasons());

    /// The reason is none of the five.
    reason_unknown(), "partnerships/3.4" =>
        format!("The reason given is not one of the five; give {}.", reasons());

    /// The period for reporting is over, or there never was one.
    window_closed(window: Option<&ReportingWindow>), "partnerships/3.4" =>
        window.map_or_else(no_window, |window| window_over(window.last_day));

    /// Support must say why it acts.
    audit_reason_missing(), "partnerships/3.5" =>
        "Support gave no reason for the audit record; say why the partnership is to be broken.";

    /// Support must say who authorised the break.
    authorisation_missing(), "partnerships/3.5" =>
        "Nobody is named who authorised the break; give the role or ticket in DfE's policy engagement team.";
}

fn window_over(last_day: NaiveDate) -> String {
    let last_day = last_day.format("%-d %B %Y");
    format!("The last day to report this partnership was {last_day}; DfE support takes it from here.")
}

fn no_window() -> String {
    "This partnership has no window in which the school can report it; DfE support takes it from here.".to_owned()
}

fn reasons() -> String {
    listed(MistakeReason::ALL.iter().map(|reason| reason.code()))
}
