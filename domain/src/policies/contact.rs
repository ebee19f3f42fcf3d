//! Whom a mail about a school goes to (DOMAIN 3.6), chosen afresh at each sending: the induction tutor, else the
//! register's first mailbox, else its second. Children's centres get no communications.

use events_schema::{
    codes::{ContactRule, NoContactReason},
    events::school::RegisterEntry,
    personal::Private,
};

use crate::{
    facts::Contact,
    school::{School, Tutor, is_mail_address},
};

/// Children's centres, and those linked to one.
const CHILDRENS_CENTRES: [u16; 2] = [47, 48];

/// The school's contact, or why there is none.
pub fn of_school(school: &School) -> Result<Contact, NoContactReason> {
    let entry = school.entry.as_ref().ok_or(NoContactReason::NoAddress)?;
    if CHILDRENS_CENTRES.contains(&entry.type_code) {
        return Err(NoContactReason::ChildrensCentre);
    }
    let tutor = school.tutor.as_ref().and_then(of_tutor);
    tutor.or_else(|| of_register(entry)).ok_or(NoContactReason::NoAddress)
}

/// The school's mailbox, never its tutor; nothing for children's centres.
pub fn mailbox(entry: &RegisterEntry) -> Option<(ContactRule, String)> {
    if CHILDRENS_CENTRES.contains(&entry.type_code) {
        return None;
    }
    let mailboxes =
        [(ContactRule::MainEmail, &entry.main_email), (ContactRule::AlternativeEmail, &entry.alternative_email)];
    let mut usable = mailboxes.into_iter().filter(|(_, address)| is_mail_address(address.trim()));
    usable.next().map(|(rule, address)| (rule, address.trim().to_owned()))
}

/// Nothing once the tutor was erased.
fn of_tutor(tutor: &Tutor) -> Option<Contact> {
    let (name, email) = (tutor.name.value()?, tutor.email.value()?);
    Some(Contact {
        rule: ContactRule::Tutor,
        person: Some((tutor.person_id, Private(name.clone()))),
        address: Private(email.clone()),
    })
}

fn of_register(entry: &RegisterEntry) -> Option<Contact> {
    mailbox(entry).map(|(rule, address)| Contact { rule, person: None, address: Private(address) })
}
