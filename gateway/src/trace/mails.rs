//! Mails in sentences: to which address, by which rule, how each stood with its carrier, and by which one a report came.

use chrono::{DateTime, Utc};
use events_schema::{
    codes::{CameBy, NoticeOccasion, NotifyStatus},
    envelope::Recorded,
    events::{
        Event,
        notice::{BreakRecipientsListed, NoticeCreated, NoticeEvent, NoticeStatusRecorded, SentTo},
        school_partnership::PartnershipMistakeReported,
    },
    ids::EventId,
};

use super::{
    sentence::Sentence,
    spoken::{shortly, stopped},
    story::Story,
};

impl Story {
    /// The mails of the rounds.
    pub(super) fn notices(&self) -> Vec<Sentence> {
        let mut told: Vec<_> = self.mails_of(false).flat_map(|mail| self.mail(mail)).collect();
        let delivered = |mail: &&Vec<Recorded<Event>>| delivery(mail).is_some();
        if !told.is_empty() && !self.mails_of(false).any(|mail| delivered(&mail)) {
            told.push(Sentence::plain("No mail about this partnership is known to have reached the school."));
        }
        told
    }

    /// Who was told of the break.
    pub(super) fn told_of_break(&self) -> Vec<Sentence> {
        if self.broken().is_none() {
            return vec![];
        }
        let told: Vec<_> = self.mails_of(true).flat_map(|mail| self.mail(mail)).collect();
        if told.is_empty() {
            vec![Sentence::plain("Nobody has been told so far: no list of recipients was made.")]
        } else {
            told
        }
    }

    /// Who was told of the break, with whether it arrived, in one sentence.
    pub(super) fn told_in_short(&self) -> Sentence {
        let mails: Vec<_> = self.mails_of(true).filter_map(|mail| Some((mail, created(mail)?))).collect();
        let Some((first, _)) = mails.first() else {
            return self.told_of_break().pop().unwrap_or_else(|| Sentence::plain("Nobody."));
        };
        let each = mails.iter().map(|(mail, it)| {
            let end = delivery(mail).map_or_else(|| last_word(mail), |at| format!("delivered on {}", shortly(at)));
            let stands = mail.last().map_or(0, |last| last.position);
            format!("{} ({end}; position {stands})", to(&it.sent_to))
        });
        let listed = self.mails_of(true).find_map(|mail| mail.iter().find(|it| is_list(&it.event)));
        Sentence::of(listed.unwrap_or(&first[0]), stopped(&each.collect::<Vec<_>>().join("; ")))
    }

    /// By which mail a report came.
    pub(super) fn by_which_mail(&self, broken: &Recorded<Event>, it: &PartnershipMistakeReported) -> Sentence {
        let text = match it.came_by {
            CameBy::SignedIn => "By none: the reporter had signed in.".to_owned(),
            CameBy::Service => "By none: another service reported for the school.".to_owned(),
            CameBy::Token => return self.by_link(broken, it),
        };
        Sentence::of(broken, text)
    }

    fn by_link(&self, broken: &Recorded<Event>, it: &PartnershipMistakeReported) -> Sentence {
        let unknown = || Sentence::of(broken, "By the link in a mail; which one was not recorded.");
        let Some(id) = it.notice_id else { return unknown() };
        let found =
            self.mails.iter().find_map(|mail| created(mail).filter(|it| it.notice_id == id).map(|it| (mail, it)));
        let Some((mail, notice)) = found else {
            return Sentence::of(broken, format!("By the link in the mail {id}, which is not in the log."));
        };
        let arrived = delivery(mail).map_or_else(
            || "which is not known to have been delivered".to_owned(),
            |at| format!("delivered on {}", shortly(at)),
        );
        let what = notice.email_type.spoken();
        let text = format!("By the link in the {what}, sent to {}, {arrived} (notice {id}).", to(&notice.sent_to));
        Sentence::of(&mail[0], text)
    }

    /// Mails of the rounds, or those about the break.
    fn mails_of(&self, the_break: bool) -> impl Iterator<Item = &Vec<Recorded<Event>>> {
        self.mails.iter().filter(move |mail| is_of_break(&mail[0].event) == the_break)
    }

    fn mail(&self, mail: &[Recorded<Event>]) -> Vec<Sentence> {
        mail.iter().filter_map(|recorded| Some(Sentence::of(recorded, self.step(recorded, mail)?))).collect()
    }

    /// One event of a mail.
    fn step(&self, recorded: &Recorded<Event>, mail: &[Recorded<Event>]) -> Option<String> {
        let Event::Notice(event) = &recorded.event else { return None };
        let at = shortly(recorded.happened_at);
        let what = created(mail).map_or_else(|| "mail".to_owned(), |it| it.email_type.spoken());
        Some(match event {
            NoticeEvent::NoticeCreated(it) => self.creation(&at, it),
            NoticeEvent::NoContactFound(it) => {
                let (occasion, why) = (it.occasion.spoken(), it.reason.spoken());
                format!("On {at} nobody could be sent the {occasion}{}: {why}.", self.round(it.cause))
            }
            NoticeEvent::NoticeStatusRecorded(it) => status(it, &what),
            NoticeEvent::NoticeWithheld(it) => {
                format!("On {at} the {what} was not sent after all: {}.", it.reason.spoken())
            }
            NoticeEvent::BreakRecipientsListed(it) => self.list(&at, it),
        })
    }

    fn creation(&self, at: &str, it: &NoticeCreated) -> String {
        let (what, rule) = (it.email_type.words(), it.contact.spoken());
        let about = self.round(it.cause);
        let token = if it.token_hash.is_some() { "; it held a link to report a mistake" } else { "" };
        format!(
            "{what}{about}: made on {at} for {}, chosen by the rule ‘{rule}’{token} (notice {}).",
            to(&it.sent_to),
            it.notice_id
        )
    }

    fn list(&self, at: &str, it: &BreakRecipientsListed) -> String {
        let users: Vec<_> = it.recipients.iter().map(|user| self.names.user(*user)).collect();
        match users.len() {
            0 => format!("On {at} nobody was found to be told: the providers have no users on the list."),
            1 => format!("On {at} the service listed whom to tell: {}.", users[0]),
            number => format!("On {at} the service listed {number} users to tell: {}.", users.join(", ")),
        }
    }

    /// "of round 2", if the story has several and the event began one.
    fn round(&self, cause: EventId) -> String {
        let rounds: Vec<_> = self.own.iter().filter(|recorded| begins_round(&recorded.event)).collect();
        let number = rounds.iter().position(|recorded| recorded.event_id == cause);
        match number {
            Some(number) if rounds.len() > 1 => format!(" of round {}", number + 1),
            _ => String::new(),
        }
    }
}

fn begins_round(event: &Event) -> bool {
    use events_schema::events::school_partnership::SchoolPartnershipEvent as Partnership;
    matches!(
        event,
        Event::SchoolPartnership(Partnership::RecruitmentConfirmed(_) | Partnership::DeliveryPartnerChanged(_))
    )
}

/// "Ada Example, ada@school.example", or that it is sealed or erased, or the school's mailbox.
fn to(sent_to: &SentTo) -> String {
    match sent_to {
        SentTo::Mailbox { address } => address.clone(),
        SentTo::Person { name, email, .. } => match (name.value(), email.value()) {
            (Some(name), Some(email)) => format!("{name}, {email}"),
            _ => format!("a person whose name and address are {}", email.shown()),
        },
    }
}

fn status(it: &NoticeStatusRecorded, what: &str) -> String {
    let id = it.notify_id.as_ref().map_or_else(String::new, |id| format!(" (by the carrier’s word, its id {id})"));
    let more = if it.unknown_sends > 0 { "; it may have gone out more than once" } else { "" };
    let at = shortly(it.at);
    format!("On {at} the {what} was {}{id}{more}.", it.status.spoken())
}

fn is_of_break(event: &Event) -> bool {
    match event {
        Event::Notice(NoticeEvent::NoticeCreated(it)) => it.occasion == NoticeOccasion::MistakeReported,
        Event::Notice(NoticeEvent::NoContactFound(it)) => it.occasion == NoticeOccasion::MistakeReported,
        Event::Notice(NoticeEvent::BreakRecipientsListed(_)) => true,
        _ => false,
    }
}

fn is_list(event: &Event) -> bool {
    matches!(event, Event::Notice(NoticeEvent::BreakRecipientsListed(_)))
}

fn created(mail: &[Recorded<Event>]) -> Option<&NoticeCreated> {
    mail.iter().find_map(|recorded| match &recorded.event {
        Event::Notice(NoticeEvent::NoticeCreated(it)) => Some(it),
        _ => None,
    })
}

/// When a mail was delivered, as its carrier says (UTC).
fn delivery(mail: &[Recorded<Event>]) -> Option<DateTime<Utc>> {
    mail.iter().find_map(|recorded| match &recorded.event {
        Event::Notice(NoticeEvent::NoticeStatusRecorded(it)) if it.status == NotifyStatus::Delivered => Some(it.at),
        _ => None,
    })
}

/// How a mail stands that is not delivered.
fn last_word(mail: &[Recorded<Event>]) -> String {
    let said = mail.iter().rev().find_map(|recorded| match &recorded.event {
        Event::Notice(NoticeEvent::NoticeStatusRecorded(it)) => Some(it.status.spoken()),
        Event::Notice(NoticeEvent::NoticeWithheld(it)) => Some(format!("not sent: {}", it.reason.spoken())),
        _ => None,
    });
    said.unwrap_or_else(|| "not sent yet".to_owned())
}
