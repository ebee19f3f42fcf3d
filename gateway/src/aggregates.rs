//! What the rim must know of each aggregate besides its rules: its place among all events, its memory, the id of the
//! record that a command is about, and what follows from a refusal.

use std::sync::Arc;

use domain::{
    aggregate::Aggregate,
    command::{CommandSet, Target},
    facts::{
        CaseFacts, Circumstances, HandOverFacts, LogWitnessFacts, NoticeFacts, PartnershipFacts, PersonFacts,
        ReadingFacts, RecruitmentFacts, ReferenceFacts, SchoolFacts, TraineeFacts, UploadFacts,
    },
    hand_over::{HandOver, HandOverCommand},
    log_witness::LogWitness,
    notice::Notice,
    person::Person,
    processes::{late_report, trainee_tasks},
    reading::Reading,
    reference::Reference,
    rejection::Rejection,
    school::School,
    school_partnership::{SchoolPartnership, SchoolPartnershipCommand},
    support_case::{self, OpenTraineeTask, SupportCase},
    trainee::{Trainee, TraineeCommand},
    upload::Upload,
};
use event_store::StreamWrite;
use events_schema::{
    codes::NoContactReason,
    envelope::{StreamId, Version},
    events::{Event, hand_over::HandOverEvent, trainee::TraineeEvent},
};
use quick_cache::sync::Cache;
use serde::Serialize;

/// Streams remembered of each kind.
const REMEMBERED: usize = 50_000;

/// A state at a version of its stream.
#[derive(Debug, Clone, Default)]
pub struct Known<A> {
    /// The state after the stream's events.
    pub state: A,
    /// How many events those were.
    pub version: Version,
}

/// States of one kind by stream.
pub type Remembered<A> = Cache<StreamId, Arc<Known<A>>>;

/// Aggregates by stream, each at the version it was last seen. A stale one is found out when it appends.
pub struct Memory {
    school_partnerships: Remembered<SchoolPartnership>,
    schools: Remembered<School>,
    support_cases: Remembered<SupportCase>,
    notices: Remembered<Notice>,
    trainees: Remembered<Trainee>,
    hand_overs: Remembered<HandOver>,
    people: Remembered<Person>,
    log_witnesses: Remembered<LogWitness>,
    readings: Remembered<Reading>,
    references: Remembered<Reference>,
    uploads: Remembered<Upload>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            school_partnerships: Cache::new(REMEMBERED),
            schools: Cache::new(REMEMBERED),
            support_cases: Cache::new(REMEMBERED),
            notices: Cache::new(REMEMBERED),
            trainees: Cache::new(REMEMBERED),
            hand_overs: Cache::new(REMEMBERED),
            people: Cache::new(REMEMBERED),
            log_witnesses: Cache::new(1),
            readings: Cache::new(1),
            references: Cache::new(REMEMBERED),
            uploads: Cache::new(REMEMBERED),
        }
    }
}

/// An aggregate that the rim serves.
pub trait Served: Aggregate<Facts: Clone + Serialize + Send + Sync> {
    /// Its event as one of all.
    fn event(event: Self::Event) -> Event;
    /// One of all events as its own, if it is.
    fn own(event: Event) -> Option<Self::Event>;
    /// Where it is remembered.
    fn memory(memory: &Memory) -> &Remembered<Self>;
    /// Who asked, and when.
    fn circumstances(facts: &Self::Facts) -> &Circumstances;

    /// The record that the sender can ask for afterwards.
    fn record_id(stream: &StreamId, _command: &Self::Command, _facts: &Self::Facts) -> Option<String> {
        Some(stream.key().to_owned())
    }

    /// What is written, to streams that begin with it, together with the events of an accepted command.
    fn leaves(_command: &Self::Command, _facts: &Self::Facts, _events: &[Self::Event]) -> Vec<StreamWrite> {
        Vec::new()
    }

    /// What is written, to streams that begin with it, together with a refusal; left out where one has begun before.
    fn follow_up(&self, _command: &Self::Command, _facts: &Self::Facts, _refusal: &Rejection) -> Vec<StreamWrite> {
        Vec::new()
    }
}

macro_rules! of_its_kind {
    ($aggregate:ident, $memory:ident) => {
        fn event(event: Self::Event) -> Event {
            Event::$aggregate(event)
        }
        fn own(event: Event) -> Option<Self::Event> {
            if let Event::$aggregate(own) = event { Some(own) } else { None }
        }
        fn memory(memory: &Memory) -> &Remembered<Self> {
            &memory.$memory
        }
        fn circumstances(facts: &Self::Facts) -> &Circumstances {
            &facts.circumstances
        }
    };
}

impl Served for SchoolPartnership {
    of_its_kind!(SchoolPartnership, school_partnerships);

    fn record_id(_: &StreamId, command: &SchoolPartnershipCommand, facts: &PartnershipFacts) -> Option<String> {
        match command.target() {
            Target::Partnership(id) => Some(id.to_string()),
            Target::Stream(_) | Target::New => Some(facts.circumstances.new_id.to_string()),
        }
    }

    fn follow_up(
        &self,
        command: &SchoolPartnershipCommand,
        facts: &PartnershipFacts,
        refusal: &Rejection,
    ) -> Vec<StreamWrite> {
        let SchoolPartnershipCommand::ReportPartnershipMistake(report) = command else { return Vec::new() };
        let Some(pass) = late_report::passed_to_support(report, refusal) else { return Vec::new() };
        let facts = late_report::case_facts(report, self, facts.circumstances.clone());
        let opened = SupportCase::default().decide(&pass.into(), &facts).unwrap_or_default();
        let stream = support_case::stream(late_report::case_of(report.partnership_id));
        let events = opened.into_iter().map(SupportCase::event).collect();
        vec![StreamWrite { stream, expected: 0, events }]
    }
}

impl Served for School {
    of_its_kind!(School, schools);
}

impl Served for SupportCase {
    of_its_kind!(SupportCase, support_cases);
}

impl Served for Notice {
    of_its_kind!(Notice, notices);
}

impl Served for Trainee {
    of_its_kind!(Trainee, trainees);

    fn leaves(_: &TraineeCommand, facts: &TraineeFacts, events: &[TraineeEvent]) -> Vec<StreamWrite> {
        let act = facts.circumstances.new_id;
        opened(events.iter().filter_map(|event| trainee_tasks::after_trainee_event(event, act)), &facts.circumstances)
    }
}

impl Served for HandOver {
    of_its_kind!(HandOver, hand_overs);

    fn leaves(_: &HandOverCommand, facts: &HandOverFacts, events: &[HandOverEvent]) -> Vec<StreamWrite> {
        let act = facts.circumstances.new_id;
        opened(events.iter().filter_map(|event| trainee_tasks::after_hand_over_event(event, act)), &facts.circumstances)
    }
}

impl Served for Person {
    of_its_kind!(Person, people);
}

impl Served for LogWitness {
    of_its_kind!(LogWitness, log_witnesses);
}

impl Served for Reading {
    of_its_kind!(Reading, readings);
}

impl Served for Reference {
    of_its_kind!(Reference, references);
}

impl Served for Upload {
    of_its_kind!(Upload, uploads);
}

/// The cases of tasks for support, each a stream of its own.
fn opened(tasks: impl Iterator<Item = OpenTraineeTask>, circumstances: &Circumstances) -> Vec<StreamWrite> {
    let facts = CaseFacts::bare(circumstances.clone());
    let open = |task: OpenTraineeTask| {
        let stream = support_case::stream(task.case_id);
        let events = SupportCase::default().decide(&task.into(), &facts).unwrap_or_default();
        StreamWrite { stream, expected: 0, events: events.into_iter().map(SupportCase::event).collect() }
    };
    tasks.map(open).collect()
}

/// Facts that say no more than who asked and when.
pub trait Bare: Sized {
    /// Facts with nothing known from elsewhere.
    fn bare(circumstances: Circumstances) -> Self;
}

impl Bare for PartnershipFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self { circumstances, recruitment: RecruitmentFacts::default(), notice_delivered: false }
    }
}
impl Bare for SchoolFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self {
            circumstances,
            known_person: None,
            programme_choice: None,
            link_token_hash: None,
            notice_link_expires_at: None,
        }
    }
}
impl Bare for CaseFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self { circumstances, partnership: None }
    }
}
impl Bare for NoticeFacts {
    fn bare(circumstances: Circumstances) -> Self {
        let contact = Err(NoContactReason::NoAddress);
        Self { circumstances, round: None, contact, token_hash: None, recipients: Vec::new() }
    }
}
impl Bare for TraineeFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self { circumstances, provider_known: false }
    }
}
impl Bare for HandOverFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self { circumstances, trainee: None }
    }
}
impl Bare for PersonFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self { circumstances, known: false }
    }
}
impl Bare for LogWitnessFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self { circumstances }
    }
}
impl Bare for ReadingFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self { circumstances }
    }
}
impl Bare for UploadFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self { circumstances }
    }
}
impl Bare for ReferenceFacts {
    fn bare(circumstances: Circumstances) -> Self {
        Self { circumstances }
    }
}
