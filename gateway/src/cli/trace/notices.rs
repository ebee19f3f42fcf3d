//! The mails about a partnership: to which address, by which rule, and how each stood with its carrier.

use events_schema::{
    codes::NoticeOccasion,
    envelope::Recorded,
    events::{
        Event,
        notice::{NoticeCreated, NoticeEvent, SentTo},
    },
    heading::Heading,
};

use super::super::events::shown;

/// Lines about the notices of the rounds, or about who was told of the break.
pub(super) fn lines(events: &[Recorded<Event>], of_break: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut streams: Vec<_> = events.iter().map(|it| &it.stream).collect();
    streams.dedup();
    for stream in streams {
        let own: Vec<_> = events.iter().filter(|it| it.stream == *stream).collect();
        if own.first().is_some_and(|first| is_of_break(&first.event) == of_break) {
            lines.extend(own.into_iter().map(line));
        }
    }
    lines
}

fn is_of_break(event: &Event) -> bool {
    match event {
        Event::Notice(NoticeEvent::NoticeCreated(it)) => it.occasion == NoticeOccasion::MistakeReported,
        Event::Notice(NoticeEvent::NoContactFound(it)) => it.occasion == NoticeOccasion::MistakeReported,
        Event::Notice(NoticeEvent::BreakRecipientsListed(_)) => true,
        _ => false,
    }
}

fn line(recorded: &Recorded<Event>) -> String {
    let at = shown(recorded.happened_at);
    match &recorded.event {
        Event::Notice(NoticeEvent::NoticeCreated(it)) => format!("{at}  {}", created(it)),
        Event::Notice(NoticeEvent::NoticeStatusRecorded(it)) => {
            let id = it.notify_id.as_ref().map_or_else(String::new, |id| format!(", the carrier's id {id}"));
            format!("  {at}  {}, by the carrier at {}{id}", it.heading(), shown(it.at))
        }
        Event::Notice(NoticeEvent::NoticeWithheld(it)) => format!("  {at}  {}", it.heading()),
        other => format!("{at}  {}", other.heading()),
    }
}

fn created(it: &NoticeCreated) -> String {
    let to = match &it.sent_to {
        SentTo::Person { email, .. } => email.shown(),
        SentTo::Mailbox { address } => address.clone(),
    };
    format!("{} to {to}, contact {}, notice {}", it.email_type, it.contact, it.notice_id)
}
