//! What is shown of an event's personal fields: the texts by which an act explains itself, and the rest to whoever asks
//! for it. Every other one is a word.

use events_schema::events::{Event, EventSet};
use serde_json::Value;

use crate::personal;

/// The texts that say why: of a comment by support, of a deferral, of a withdrawal.
const TEXTS: [&str; 3] = ["comment", "reason", "another_reason"];

/// Which personal fields are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// Texts only.
    Texts,
    /// Names, dates and numbers too.
    Everything,
}

/// The event's payload with words in place of its sealed fields.
pub fn payload(event: &Event, opened: Opened) -> serde_json::Result<Value> {
    let mut event = event.clone();
    let words = personal::taken(&mut event, |name| opened == Opened::Everything || TEXTS.contains(&name));
    let mut payload = serde_json::from_str(&event.to_json()?)?;
    personal::put_back(&mut payload, &words);
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use events_schema::{
        events::{school::InductionTutorNominated, trainee::WithdrawalUndone},
        ids::{Parse, PersonId, TraineeId, Urn},
        personal::Personal,
    };
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn nomination(name: Personal<String>) -> Event {
        let urn = Urn::parse("100120").expect("a URN");
        let email = Personal::Erased;
        let person_id = PersonId(Uuid::nil());
        Event::School(InductionTutorNominated { school_urn: urn, person_id, name, email, replaces: None }.into())
    }

    fn undone(comment: Personal<String>) -> Event {
        let event = WithdrawalUndone {
            trainee_id: TraineeId(Uuid::nil()),
            state: events_schema::codes::TraineeState::TrnReceived,
            comment,
            ticket_url: Some("https://support.example/7".to_owned()),
        };
        Event::Trainee(event.into())
    }

    #[test]
    fn a_comment_is_always_shown() {
        let shown = |comment| payload(&undone(comment), Opened::Texts).expect("it can be shown");
        assert_eq!(shown(Personal::Open("A slip".to_owned()))["comment"], "A slip");
        assert_eq!(shown(Personal::Erased)["comment"], "erased");
    }

    #[test]
    fn a_name_is_shown_only_to_whoever_asks_for_it() {
        let event = nomination(Personal::Open("Ada Example".to_owned()));
        let shown = |opened| payload(&event, opened).expect("it can be shown");
        assert_eq!(
            (&shown(Opened::Texts)["name"], &shown(Opened::Texts)["email"]),
            (&json!("sealed"), &json!("erased"))
        );
        assert_eq!(shown(Opened::Everything)["name"], "Ada Example");
    }
}
