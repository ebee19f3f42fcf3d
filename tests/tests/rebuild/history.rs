//! A random history from a seed: recruitments, changes, reports, breaks, refusals, cases, tutors, trainees.
//! Writes through the store what the domain could have decided, so that views meet every event.

mod partnerships;
mod reference;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use event_store::EventStore;
use events_schema::{
    actor::{Actor, ActorKind},
    codes::{CameBy, CaseOutcome, CaseSubject, ProgrammeChoice},
    envelope::{Channel, StreamId},
    events::{
        Event,
        reading::ReadingRecorded,
        school::{InductionTutorNominated, ProgrammeChosen, SchoolEvent},
        school_partnership::{NamedDeliveryPartner, NamedLeadProvider},
        support_case::{ReportPassedToSupport, SupportCaseEvent, SupportCaseResolved},
        upload::{CheckedRows, RecommendationsPreviewed, RefusedRows, UploadPreviewed},
    },
    ids::{Cohort, ContentDigest, Parse, PartnershipId, PersonId, ReadingId, SupportCaseId, UploadId, Urn},
    personal::Personal,
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use uuid::Uuid;

pub(crate) use self::reference::register_entry;
use super::{
    hand_over_history::HandOvers,
    mail_history::Mails,
    trainee_history::Trainee,
    writer::{By, Refused, Writer, actor, slug},
};

const LEAD_PROVIDERS: [&str; 3] = ["teach-north", "teach-south", "teach-west"];
const DELIVERY_PARTNERS: [&str; 4] = ["hub-a", "hub-b", "hub-c", "hub-d"];
const SCHOOLS: u32 = 12;

/// The active partnership of a school and cohort.
#[derive(Clone)]
struct Active {
    id: PartnershipId,
    lead_provider: NamedLeadProvider,
    delivery_partner: NamedDeliveryPartner,
    closes_at: DateTime<Utc>,
}

/// A history that is being written.
pub(crate) struct History<'s> {
    writer: Writer<'s>,
    rng: StdRng,
    now: DateTime<Utc>,
    active: HashMap<(Urn, Cohort), Active>,
    known: Vec<(PartnershipId, Urn, Cohort)>,
    open_cases: Vec<SupportCaseId>,
    trainees: Vec<Trainee>,
    hand_overs: HandOvers,
    mails: Mails,
}

pub(crate) fn lead_provider(id: &str) -> NamedLeadProvider {
    NamedLeadProvider { id: slug(id), name: id.replace('-', " ") }
}

pub(crate) fn delivery_partner(id: &str) -> NamedDeliveryPartner {
    NamedDeliveryPartner { id: slug(id), name: id.replace('-', " ") }
}

fn cohorts() -> [Cohort; 2] {
    [2024, 2025].map(|year| Cohort::starting(year).expect("a year"))
}

fn urn(number: u32) -> Urn {
    slug(&(100_100 + number).to_string())
}

impl<'s> History<'s> {
    /// Sets the reference data up.
    pub(crate) async fn begin(store: &'s EventStore, seed: u64) -> Self {
        let mut history = Self {
            writer: Writer::new(store),
            rng: StdRng::seed_from_u64(seed),
            now: "2025-06-02T08:00:00Z".parse().expect("an instant"),
            active: HashMap::new(),
            known: Vec::new(),
            open_cases: Vec::new(),
            trainees: Vec::new(),
            hand_overs: HandOvers::default(),
            mails: Mails::default(),
        };
        history.import_providers().await;
        history.import_schools().await;
        history.upload().await;
        history.reading().await;
        history
    }

    async fn upload(&mut self) {
        let upload_id = UploadId(self.new_id());
        let event = UploadPreviewed {
            upload_id,
            lead_provider_id: slug("teach-north"),
            cohort: cohorts()[0],
            delivery_partner_id: slug("hub-a"),
            rows: 3,
            valid: 2,
            refused: vec![RefusedRows { code: "school_unknown".to_owned(), rows: 1 }],
        };
        let by = actor(ActorKind::LeadProvider, "teach-north");
        self.append(by, StreamId::new("upload", upload_id), Event::Upload(event.into())).await;
        self.upload_recommendations().await;
    }

    async fn upload_recommendations(&mut self) {
        let upload_id = UploadId(self.new_id());
        let event = RecommendationsPreviewed {
            upload_id,
            provider: slug("A1"),
            file_digest: ContentDigest::parse(&"0".repeat(64)).expect("a digest"),
            rows: 3,
            recommended: 1,
            left_out: 1,
            wrong: 1,
            checks: vec![CheckedRows { code: "trn_shape".to_owned(), rows: 1 }],
        };
        let by = actor(ActorKind::TrainingProvider, "A1");
        self.append(by, StreamId::new("upload", upload_id), Event::Upload(event.into())).await;
    }

    async fn reading(&mut self) {
        let reading_id = ReadingId(self.new_id());
        let event = ReadingRecorded {
            reading_id,
            reason: Personal::Open("The yearly check".to_owned()),
            what: "trace partnership".to_owned(),
            filter: std::iter::once(("cohort".to_owned(), cohorts()[0].to_string())).collect(),
            sought: None,
            after: 0,
            upto: 1,
            digest: ContentDigest::parse(&"0".repeat(64)).expect("a digest"),
            count: 1,
        };
        let by = actor(ActorKind::Auditor, "desk");
        self.append(by, StreamId::new("reading", reading_id), Event::Reading(event.into())).await;
    }

    /// The clock of the history.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Moves the clock.
    pub(crate) fn later(&mut self, by: TimeDelta) {
        self.now += by;
    }

    /// Random steps; the first and the last write an event, so that a position tells where the ledger stood.
    pub(crate) async fn play(&mut self, steps: u32) {
        self.choose_programme().await;
        for _ in 0..steps {
            self.step().await;
        }
        self.choose_programme().await;
    }

    async fn hand_over(&mut self) {
        let (stream, event) = self.hand_overs.next(&mut self.rng, self.now);
        self.append(actor(ActorKind::System, "hand-over"), stream, event).await;
    }

    async fn mail(&mut self) {
        let Some(about) = self.known.choose(&mut self.rng).cloned() else { return };
        let (stream, event) = self.mails.next(&mut self.rng, self.now, &about);
        self.append(actor(ActorKind::System, "notices"), stream, event).await;
    }

    async fn step(&mut self) {
        let by = TimeDelta::minutes(self.rng.random_range(5..3_000));
        self.later(by);
        match self.rng.random_range(0..25) {
            0..5 => self.recruit().await,
            5..7 => self.change_delivery_partner().await,
            7..9 => self.report().await,
            9 => self.break_as_support().await,
            10 => self.pass_to_support().await,
            11 => self.nominate().await,
            12 => self.choose_programme().await,
            13 => self.withdraw_pairing().await,
            14..16 => self.be_refused().await,
            20..22 => self.hand_over().await,
            22..25 => self.mail().await,
            _ => self.train().await,
        }
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        *from.choose(&mut self.rng).expect("not empty")
    }

    fn new_id(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.rng.random()).into_uuid()
    }

    fn school_and_cohort(&mut self) -> (Urn, Cohort) {
        let number = self.rng.random_range(0..SCHOOLS);
        (urn(number), self.pick(&cohorts()))
    }

    fn by(&mut self, actor: Actor) -> By {
        let channel = self.pick(&[Channel::Nats, Channel::Api, Channel::Csv, Channel::Screen]);
        By { actor, at: self.now, channel }
    }

    async fn append(&mut self, actor: Actor, stream: StreamId, event: impl Into<Event>) {
        let by = self.by(actor);
        self.writer.accept(by, stream, event).await;
    }

    async fn refuse(
        &mut self,
        actor: Actor,
        (command, code): (&str, &str),
        (given, stream): (String, Option<StreamId>),
    ) {
        let by = self.by(actor);
        self.writer.refuse(by, Refused { command, code, given, stream }).await;
    }

    async fn pass_to_support(&mut self) {
        let support = actor(ActorKind::Support, "s-1");
        if let Some(case_id) = self.open_cases.pop() {
            let event = SupportCaseResolved { case_id, outcome: CaseOutcome::Answered, comment: "answered".to_owned() };
            let stream = StreamId::new("support_case", case_id);
            return self.append(support, stream, Event::SupportCase(event.into())).await;
        }
        let Some((partnership_id, school_urn, cohort)) = self.known.last().cloned() else { return };
        let case_id = SupportCaseId(self.new_id());
        let event = ReportPassedToSupport {
            case_id,
            subject: CaseSubject::ReportWindowClosed,
            partnership_id,
            school_urn,
            cohort,
            reason: None,
            details: None,
            came_by: CameBy::Token,
        };
        self.append(support, StreamId::new("support_case", case_id), Event::SupportCase(SupportCaseEvent::from(event)))
            .await;
        self.open_cases.push(case_id);
    }

    async fn nominate(&mut self) {
        let (school_urn, _) = self.school_and_cohort();
        let event = InductionTutorNominated {
            school_urn: school_urn.clone(),
            person_id: PersonId(self.new_id()),
            name: Personal::Open("Tess Fiction".to_owned()),
            email: Personal::Open("tess@example.com".to_owned()),
            replaces: None,
        };
        let stream = StreamId::new("school", &school_urn);
        self.append(actor(ActorKind::School, school_urn.as_str()), stream, Event::School(event.into())).await;
    }

    async fn choose_programme(&mut self) {
        let (school_urn, cohort) = self.school_and_cohort();
        let choice = self.pick(ProgrammeChoice::ALL);
        let event = ProgrammeChosen { school_urn: school_urn.clone(), cohort, choice, opt_out_of_updates: false };
        let stream = StreamId::new("school", &school_urn);
        let event = Event::School(SchoolEvent::from(event));
        self.append(actor(ActorKind::School, school_urn.as_str()), stream, event).await;
    }

    async fn be_refused(&mut self) {
        let (urn, cohort) = self.school_and_cohort();
        let stream = Some(StreamId::new("school_partnership", format_args!("{urn}-{cohort}")));
        let Some((id, ..)) = self.known.choose(&mut self.rng).cloned() else { return };
        let report = format!(r#"{{"partnership_id":"{id}","reason":"mistake","came_by":"token"}}"#);
        let confirm = format!(r#"{{"school_urn":"{urn}","cohort":"{cohort}","delivery_partner_id":"hub-a"}}"#);
        let trainee = r#"{"trainee_id":"0190b0d2-7a3c-7c0e-9a51-1f2e3d4c5b6a"}"#.to_owned();
        let school = actor(ActorKind::School, urn.as_str());
        let west = actor(ActorKind::LeadProvider, "teach-west");
        let provider = actor(ActorKind::TrainingProvider, "A1");
        match self.rng.random_range(0..4) {
            0 => self.refuse(school, ("ReportPartnershipMistake", "window_closed"), (report, stream)).await,
            1 => self.refuse(school, ("ReportPartnershipMistake", "already_reported"), (report, stream)).await,
            2 => self.refuse(west, ("ConfirmRecruitment", "recruited_by_other_provider"), (confirm, stream)).await,
            _ => self.refuse(provider, ("DeferTrainee", "invalid_transition"), (trainee, None)).await,
        }
    }

    async fn train(&mut self) {
        let fresh = self.trainees.len() < 5 || self.rng.random_bool(0.1);
        let mut trainee = if fresh {
            Trainee::new(self.new_id())
        } else {
            let index = self.rng.random_range(0..self.trainees.len());
            self.trainees.swap_remove(index)
        };
        let today = self.now.date_naive();
        let next = trainee.next(&mut self.rng, (self.now, today));
        let stream = StreamId::new("trainee", trainee.id);
        self.append(actor(ActorKind::TrainingProvider, "A1"), stream, Event::Trainee(next)).await;
        self.trainees.push(trainee);
    }
}
