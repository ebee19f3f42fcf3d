//! What is written: recruitments of fictional schools by one lead provider, each with facts as the service records them.
//! Every contender decides by the same rules of the domain and writes the same event.

use chrono::{NaiveDate, Utc};
use domain::{
    aggregate::Aggregate,
    command::CommandSet,
    facts::{Circumstances, CohortFacts, PartnershipFacts, RecruitmentFacts},
    school_partnership::{self, ConfirmRecruitment, SchoolPartnership, SchoolPartnershipCommand},
};
use event_store::{Append, Appended, CommandRecord, Decided, EventStore, StreamWrite};
use events_schema::{
    actor::{Actor, ActorKind},
    codes::{CameBy, MistakeReason},
    envelope::{Channel, Origin, StreamId},
    events::{
        Event,
        school::RegisterEntry,
        school_partnership::{PartnershipMistakeReported, SchoolPartnershipEvent},
    },
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, Parse, Urn},
};
use futures::{TryStreamExt, stream};
use gateway::execute::Order;
use serde::Serialize;
use uuid::Uuid;

use crate::Failure;

/// Appends of [`fill`] that wait at the same time.
const AT_ONCE: usize = 512;

/// A command to confirm a recruitment, with all that its decision needs.
pub(crate) struct Recruitment {
    pub(crate) command: SchoolPartnershipCommand,
    pub(crate) stream: StreamId,
    pub(crate) facts: PartnershipFacts,
    pub(crate) origin: Origin,
}

impl Recruitment {
    /// The recruitment of the school of this number; every number is another school.
    pub(crate) fn numbered(number: u64) -> Self {
        let urn = Urn::parse(&(100_000 + number).to_string()).expect("digits");
        let cohort = Cohort::starting(2025).expect("a cohort");
        let actor = Actor::try_new(ActorKind::LeadProvider, "teach-first").expect("fit");
        let stream = school_partnership::stream(&urn, cohort);
        let facts = facts(&urn, cohort, &actor);
        let delivery_partner_id = DeliveryPartnerId::parse("ambition-hub").expect("a slug");
        let command = ConfirmRecruitment { school_urn: urn, cohort, delivery_partner_id, upload: None };
        Self { command: command.into(), stream, facts, origin: origin(actor) }
    }

    /// The command as the ledger keeps it.
    pub(crate) fn record(&self, store: &EventStore) -> CommandRecord {
        let given = self.command.given().to_string();
        CommandRecord {
            origin: self.origin.clone(),
            command_type: self.command.name().to_owned(),
            digest: store.digest(self.command.name(), &given),
            given,
            facts: Some(json(&self.facts)),
            received_at: self.facts.circumstances.received_at,
        }
    }

    /// The command for the service's own path: load, decide, append.
    pub(crate) fn order(self, store: &EventStore) -> Order<SchoolPartnership> {
        let record = self.record(store);
        Order { record, stream: self.stream, is_new: false, command: self.command, facts: self.facts }
    }
}

/// Writes a log of so many events, four to a school: confirmed, reported as a mistake, and both once more.
pub(crate) async fn fill(store: &EventStore, events: u64) -> Result<(), Failure> {
    let schools = stream::iter((0..events.div_ceil(4)).map(Ok::<u64, Failure>));
    schools
        .try_for_each_concurrent(AT_ONCE, |number| async move {
            let append = two_rounds(store, number)?;
            match store.append(append).await? {
                Appended::Done(_) => Ok(()),
                other => Err(format!("school {number} could not be written: {other:?}").into()),
            }
        })
        .await
}

fn two_rounds(store: &EventStore, number: u64) -> Result<Append, Failure> {
    let mut recruitment = Recruitment::numbered(number);
    let (mut state, mut events) = (SchoolPartnership::default(), Vec::new());
    for _ in 0..2 {
        recruitment.facts.circumstances.new_id = Uuid::now_v7();
        for decided in state.decide(&recruitment.command, &recruitment.facts)? {
            let reported = reported(&decided);
            for event in [Some(decided), reported].into_iter().flatten() {
                state.evolve(&event);
                events.push(event);
            }
        }
    }
    Ok(Append {
        record: recruitment.record(store),
        writes: vec![StreamWrite {
            stream: recruitment.stream,
            expected: 0,
            events: events.into_iter().map(Event::SchoolPartnership).collect(),
        }],
        outcome: Decided::Accepted,
        record_id: None,
    })
}

/// The school's report on a recruitment.
fn reported(event: &SchoolPartnershipEvent) -> Option<SchoolPartnershipEvent> {
    let SchoolPartnershipEvent::RecruitmentConfirmed(confirmed) = event else { return None };
    let reported = PartnershipMistakeReported {
        partnership_id: confirmed.partnership_id,
        school_urn: confirmed.school_urn.clone(),
        cohort: confirmed.cohort,
        reason: MistakeReason::ALL[0],
        came_by: CameBy::Service,
        notice_id: None,
        lead_provider: confirmed.lead_provider.clone(),
        delivery_partner: confirmed.delivery_partner.clone(),
        window_closes_at: confirmed.window.as_ref().map_or_else(Utc::now, |window| window.closes_at),
    };
    Some(reported.into())
}

fn facts(urn: &Urn, cohort: Cohort, actor: &Actor) -> PartnershipFacts {
    PartnershipFacts {
        circumstances: Circumstances { actor: actor.clone(), received_at: Utc::now(), new_id: Uuid::now_v7() },
        recruitment: RecruitmentFacts {
            cohort: Some(CohortFacts { cohort, window_not_before: NaiveDate::from_ymd_opt(2025, 10, 31) }),
            lead_provider: Some((LeadProviderId::parse("teach-first").expect("a slug"), "Teach First".to_owned())),
            delivery_partner: Some((
                DeliveryPartnerId::parse("ambition-hub").expect("a slug"),
                "Ambition Hub".to_owned(),
            )),
            paired: true,
            school: Some(school(urn)),
            held_last_cohort: false,
            programme_choice: None,
        },
        notice_delivered: false,
    }
}

fn school(urn: &Urn) -> RegisterEntry {
    RegisterEntry {
        urn: urn.clone(),
        name: format!("Example Primary School {urn}"),
        la_code: "202".to_owned(),
        la_name: "Camden".to_owned(),
        la_in_england: Some(true),
        type_code: 1,
        type_name: "Community school".to_owned(),
        status_code: 1,
        status_name: "Open".to_owned(),
        phase_name: "Primary".to_owned(),
        ukprn: None,
        town: "London".to_owned(),
        postcode: "N1 1AA".to_owned(),
        main_email: format!("office@school-{urn}.example.invalid"),
        alternative_email: String::new(),
        section_41_approved: false,
        district_code: "E09000007".to_owned(),
        trust_name: None,
    }
}

/// A command without a cause before it.
pub(crate) fn origin(actor: Actor) -> Origin {
    gateway::origin::first(actor, Channel::Nats, Uuid::now_v7())
}

/// Plain JSON.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain JSON")
}
