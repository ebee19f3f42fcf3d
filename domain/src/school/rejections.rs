//! Why a school says no: one function per code, each with its rule.

use chrono::{DateTime, Utc};
use events_schema::ids::{NominationLinkId, Urn};

use crate::rejection::rejections;

rejections! {
    /// The register has another status for the school; plain changes are taken over unattended, this one is not.
    status_change_needs_person(urn: &Urn, from: &str, to: &str), "partnerships/7.1" =>
        format!("The status of school {urn} changes from {from:?} to {to:?}; import it again, accepting the change.");

    /// The mail address is known, with another name.
    tutor_name_differs(), "partnerships/3.11" =>
        "This mail address is known with another name; give the name as it is known, or another address.";

    /// The person is the school's tutor already.
    already_tutor(urn: &Urn), "partnerships/3.11" =>
        format!("This person is already the induction tutor of school {urn}; there is nothing to do.");

    /// A tutor has a name.
    name_missing(), "partnerships/3.11" =>
        "No name was given; give the full name of the induction tutor.";

    /// A name is one short line.
    name_invalid(), "partnerships/3.11" =>
        "The name is too long or holds characters that no name has; give the full name on one line.";

    /// A tutor has a mail address.
    email_missing(), "partnerships/3.11" =>
        "No mail address was given; give the address of the induction tutor.";

    /// Mail cannot be sent there.
    email_invalid(), "partnerships/3.11" =>
        "The mail address is not one that mail can be sent to; give one such as name@school.example.";

    /// There is no mailbox of the school to send a link to.
    no_mailbox(urn: &Urn), "partnerships/3.11" =>
        format!("The register has no mail address of school {urn} that a link may be sent to; ask DfE support.");

    /// Somebody asked for a link just before.
    link_asked_too_soon(urn: &Urn), "partnerships/3.11" =>
        format!("A link was sent to school {urn} in the last 5 minutes; look into its mailbox, or ask again later.");

    /// Too many links were asked for.
    link_asked_too_often(urn: &Urn), "partnerships/3.11" =>
        format!("5 links were sent to school {urn} in the last 24 hours; look into its mailbox, or ask again tomorrow.");

    /// No such link.
    link_unknown(id: NominationLinkId), "partnerships/3.11" =>
        format!("The link {id} is not valid; ask for a new one.");

    /// The link is too old.
    link_expired(at: DateTime<Utc>), "partnerships/3.11" =>
        format!("The link was good until {}; ask for a new one.", at.format("%-d %B %Y"));
}
