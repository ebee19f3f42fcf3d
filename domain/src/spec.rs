//! Tests that read as sentences: given these events, received at this time, when this command comes,
//! then these events follow, or nothing, or this refusal.

use chrono::{DateTime, Utc};
use events_schema::{
    actor::Actor,
    codes::ContactRule,
    ids::{EventId, Parse, Urn},
    personal::Private,
};
use uuid::Uuid;

use crate::{
    aggregate::Aggregate,
    facts::{
        CaseFacts, Circumstances, Contact, HandOverFacts, LogWitnessFacts, NoticeFacts, PartnershipFacts, PersonFacts,
        ReadingFacts, RecruitmentFacts, ReferenceFacts, RoundFacts, SchoolFacts, TraineeFacts, UploadFacts,
    },
    rejection::Rejection,
};

/// Facts that a test starts from and changes where it matters.
pub(crate) trait Situation {
    /// Nothing special: the usual actor, the usual time, everything known.
    fn usual() -> Self;
    /// Who and when.
    fn circumstances(&mut self) -> &mut Circumstances;
}

/// What happened so far, and what is known.
pub(crate) struct Given<A: Aggregate> {
    state: A,
    facts: A::Facts,
}

/// What the command was answered.
pub(crate) struct Answer<A: Aggregate> {
    state: A,
    facts: A::Facts,
    command: A::Command,
    decision: Result<Vec<A::Event>, Rejection>,
}

/// The history of the stream.
pub(crate) fn given<A: Aggregate<Facts: Situation>>(history: impl IntoIterator<Item = A::Event>) -> Given<A> {
    let history: Vec<_> = history.into_iter().collect();
    Given { state: A::fold(&history), facts: A::Facts::usual() }
}

impl<A: Aggregate<Facts: Situation>> Given<A> {
    /// Sets the time of receipt (RFC 3339).
    pub(crate) fn received_at(mut self, instant: &str) -> Self {
        self.facts.circumstances().received_at = at(instant);
        self
    }

    /// Sets the actor, by its token.
    pub(crate) fn by(mut self, token: &str) -> Self {
        self.facts.circumstances().actor = actor(token);
        self
    }

    /// Changes any other fact.
    pub(crate) fn knowing(mut self, change: impl FnOnce(&mut A::Facts)) -> Self {
        change(&mut self.facts);
        self
    }

    /// Decides.
    pub(crate) fn when(self, command: impl Into<A::Command>) -> Answer<A> {
        let command = command.into();
        let decision = self.state.decide(&command, &self.facts);
        Answer { state: self.state, facts: self.facts, command, decision }
    }
}

impl<A: Aggregate> Answer<A> {
    /// These events follow, and the same command once more writes nothing.
    #[track_caller]
    pub(crate) fn then(mut self, expected: impl IntoIterator<Item = A::Event>) {
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(self.decision, Ok(expected.clone()));
        for event in &expected {
            self.state.evolve(event);
        }
        let again = self.state.decide(&self.command, &self.facts).unwrap_or_default();
        assert_eq!(again, vec![], "the same command twice in a row wrote twice");
    }

    /// Nothing follows: there was nothing to do.
    #[track_caller]
    pub(crate) fn then_nothing(self) {
        assert_eq!(self.decision, Ok(vec![]));
    }

    /// One event follows; it is handed on to look at.
    #[track_caller]
    pub(crate) fn then_one(self) -> A::Event {
        let mut events = self.decision.clone().expect("accepted");
        self.then(events.clone());
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0)
    }

    /// What follows, without asking once more; for facts that the answer itself changes.
    #[track_caller]
    pub(crate) fn accepted(self) -> Vec<A::Event> {
        self.decision.expect("accepted")
    }

    /// The command is refused with this code; the refusal names its rule and is one sentence for people.
    #[track_caller]
    pub(crate) fn rejected(self, code: &str) -> Rejection {
        let refusal = self.decision.expect_err("refused");
        assert_eq!(refusal.code, code, "{refusal}");
        assert!(refusal.rule.contains('/') && refusal.message.ends_with('.'), "{refusal:?}");
        refusal
    }
}

/// An instant as RFC 3339 writes it.
pub(crate) fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().expect("an instant in RFC 3339")
}

/// An actor by its token: `lead-provider_teach-first`.
pub(crate) fn actor(token: &str) -> Actor {
    Actor::parse(token).expect("an actor's token")
}

/// A fixed id, told apart by a number.
pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_b0d2_7a3c_7c0e_9a51_0000_0000_0000 + number)
}

/// An identifier as people write it.
pub(crate) fn parse<T: Parse>(text: &str) -> T {
    T::parse(text).expect("a well-formed identifier")
}

fn usually(token: &str) -> Circumstances {
    Circumstances { actor: actor(token), received_at: at("2025-10-15T09:00:00Z"), new_id: id(1) }
}

macro_rules! situation {
    ($facts:ident, $token:literal, |$circumstances:ident| $usual:expr) => {
        impl Situation for $facts {
            fn usual() -> Self {
                let $circumstances = usually($token);
                $usual
            }
            fn circumstances(&mut self) -> &mut Circumstances {
                &mut self.circumstances
            }
        }
    };
}

situation!(PartnershipFacts, "lead-provider_teach-first", |circumstances| Self {
    circumstances,
    recruitment: RecruitmentFacts::default(),
    notice_delivered: false
});
situation!(SchoolFacts, "school_100120", |circumstances| Self {
    circumstances,
    known_person: None,
    programme_choice: None,
    link_token_hash: Some("00".repeat(32)),
    notice_link_expires_at: None
});
situation!(CaseFacts, "school_100120", |circumstances| Self {
    circumstances,
    partnership: Some((parse::<Urn>("100120"), parse("2025"))),
});
situation!(TraineeFacts, "training-provider_1TA", |circumstances| Self { circumstances, provider_known: true });
situation!(HandOverFacts, "system_hand-over", |circumstances| Self { circumstances, trainee: None });
situation!(PersonFacts, "support_desk-1", |circumstances| Self { circumstances, known: true });
situation!(LogWitnessFacts, "system_witness", |circumstances| Self { circumstances });
situation!(ReadingFacts, "auditor_a1", |circumstances| Self { circumstances });
situation!(UploadFacts, "lead-provider_teach-first", |circumstances| Self { circumstances });
situation!(ReferenceFacts, "support_desk-1", |circumstances| Self { circumstances });
situation!(NoticeFacts, "system_notices", |circumstances| Self {
    circumstances,
    round: Some(RoundFacts {
        began_by: EventId(id(8)),
        in_force: true,
        closes_at: Some(at("2025-10-29T23:59:59.999999Z")),
    }),
    contact: Ok(Contact {
        rule: ContactRule::MainEmail,
        person: None,
        address: Private("office@school.example".to_owned()),
    }),
    token_hash: Some("00".repeat(32)),
    recipients: vec![],
});
