//! Facts: what a decision must know from elsewhere, looked up once and recorded with the command.
//! The views run a moment behind the log. Before a thing is called unknown, or a rule is held against somebody by what
//! the log has already overtaken, they are given time to catch up.

mod notices;

use std::time::Duration;

use domain::{
    aggregate::Aggregate,
    facts::{
        CaseFacts, Circumstances, CohortFacts, HandOverFacts, KnownPerson, PartnershipFacts, PersonFacts,
        RecruitmentFacts, SchoolFacts, TraineeFacts,
    },
    hand_over::{HandOver, HandOverCommand},
    log_witness::LogWitness,
    person::{Person, PersonCommand},
    policies::{
        eligibility::{Eligibility, eligibility},
        programme_choice,
    },
    reading::Reading,
    reference::Reference,
    school::{School, SchoolCommand, Tutor},
    school_partnership::{SchoolPartnership, SchoolPartnershipCommand},
    support_case::{SupportCase, SupportCaseCommand},
    trainee::{self, Record, Trainee, TraineeCommand},
    upload::Upload,
};
use event_store::Log;
use events_schema::{
    actor::ActorKind,
    envelope::Recorded,
    events::{Event, school::SchoolEvent},
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, Parse, PartnershipId, TraineeId, TrainingProviderCode, Urn},
};
use projections::{RecruitmentReference, Views};

use crate::{
    aggregates::{Bare, Served},
    fault::Fault,
    mail::Desk,
};

/// How long the views may take to reach the log's head before a thing counts as unknown.
const PATIENCE: Duration = Duration::from_secs(5);

/// Nominations read and opened in one go.
const TUTORS_AT_ONCE: usize = 1_000;

/// Where facts come from.
#[derive(Clone)]
pub struct Facts {
    views: Views,
    log: Log,
    desk: Option<Desk>,
}

/// A partnership's place: the school and the cohort that its stream is keyed by.
pub type Place = (Urn, Cohort);

/// An aggregate whose facts can be looked up.
pub trait Informed: Served {
    /// The facts of one command. `place` is where the partnership it names was confirmed, if it names one.
    fn facts(
        facts: &Facts,
        command: &Self::Command,
        given: (Circumstances, Option<Place>),
    ) -> impl Future<Output = Result<Self::Facts, Fault>> + Send;
}

impl Facts {
    /// From the views, with the log to know how far they should be.
    pub fn new(views: Views, log: Log) -> Self {
        Self { views, log, desk: None }
    }

    /// The same, with what mail needs.
    #[must_use]
    pub fn with_desk(self, desk: Desk) -> Self {
        Self { desk: Some(desk), ..self }
    }

    /// The views they come from.
    pub fn views(&self) -> &Views {
        &self.views
    }

    /// Where a partnership was confirmed, if it was.
    pub async fn place(&self, id: PartnershipId) -> Result<Option<Place>, Fault> {
        let look = || async {
            let found = self.views.partnership(id).await?;
            Ok(found.map(|row| (row.school_urn, row.cohort)))
        };
        self.patiently(look, Option::is_some).await
    }

    /// Looks, and looks again once the views have reached the present head, unless the first look `satisfies`.
    async fn patiently<T, F>(&self, look: impl Fn() -> F, satisfies: impl Fn(&T) -> bool) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let found = look().await?;
        if satisfies(&found) {
            return Ok(found);
        }
        self.caught_up().await?;
        look().await
    }

    /// Waits until the views have reached the present head.
    async fn caught_up(&self) -> Result<(), Fault> {
        let head = self.log.head().await?;
        self.views.wait_until(head.position, PATIENCE).await?;
        Ok(())
    }

    async fn recruitment(
        &self,
        circumstances: &Circumstances,
        delivery_partner: &DeliveryPartnerId,
        (urn, cohort): &Place,
    ) -> Result<RecruitmentFacts, Fault> {
        let lead_provider = lead_provider(circumstances);
        let look = || async {
            Ok(self.views.recruitment(lead_provider.as_ref(), delivery_partner, Some(urn), *cohort).await?)
        };
        let found = self.patiently(look, is_certain).await?;
        Ok(RecruitmentFacts {
            cohort: found
                .cohort
                .map(|known| CohortFacts { cohort: known.cohort, window_not_before: known.window_not_before }),
            lead_provider: lead_provider.zip(found.lead_provider_name),
            delivery_partner: found.delivery_partner_name.map(|name| (delivery_partner.clone(), name)),
            paired: found.paired,
            school: found.school,
            held_last_cohort: found.held_last_cohort,
            programme_choice: found.programme_choice,
        })
    }

    /// Who has this mail address among the present tutors of all schools. Addresses are sealed and nothing is derived
    /// from them, so that each is opened and compared; whose key was destroyed is not known.
    async fn known_person(&self, name: &str, email: &str) -> Result<Option<KnownPerson>, Fault> {
        self.caught_up().await?;
        let mut known = None;
        for positions in self.views.present_tutors().await?.chunks(TUTORS_AT_ONCE) {
            let nominations = self.log.at_positions(positions).await?;
            known = nominations
                .iter()
                .filter_map(tutor)
                .filter_map(|tutor| tutor.known_by(name, email))
                .fold(known, better);
        }
        Ok(known)
    }

    async fn provider_known(&self, code: Option<TrainingProviderCode>) -> Result<bool, Fault> {
        let Some(code) = code else { return Ok(false) };
        let look = || async { Ok(self.views.training_provider_exists(&code).await?) };
        self.patiently(look, |known| *known).await
    }
}

/// Nothing that an event still on its way to the views could bring or take away would change the answer.
fn is_certain(found: &RecruitmentReference) -> bool {
    found.cohort.is_some()
        && found.lead_provider_name.is_some()
        && found.delivery_partner_name.is_some()
        && found.paired
        && !found.unseen.set_up
        && school_is_certain(found)
        && programme_is_certain(found)
}

/// A refusal stays for ever under its command id, so that it needs the school as the log has it now.
fn school_is_certain(found: &RecruitmentReference) -> bool {
    found.school.as_ref().is_some_and(|school| !found.unseen.school || eligibility(school) == Eligibility::Eligible)
}

/// Row 6 of DOMAIN 3.7 rests on two facts; either alone can make it hold, if the views have all of it.
fn programme_is_certain(found: &RecruitmentReference) -> bool {
    let choice_seen = !found.unseen.school && !found.unseen.cohort;
    let free_last_cohort = !found.held_last_cohort && !found.unseen.last_cohort;
    let chosen = programme_choice::is_known(found.programme_choice) && choice_seen;
    free_last_cohort || chosen || (choice_seen && !found.unseen.last_cohort)
}

/// Where two people came to share an address, the one whose name agrees.
fn better(known: Option<KnownPerson>, other: KnownPerson) -> Option<KnownPerson> {
    known.filter(|known| known.same_name).or(Some(other))
}

fn tutor(recorded: &Recorded<Event>) -> Option<Tutor> {
    match &recorded.event {
        Event::School(SchoolEvent::InductionTutorNominated(nominated)) => Some(Tutor::from(nominated)),
        _ => None,
    }
}

/// The lead provider that asks, if it is one.
fn lead_provider(circumstances: &Circumstances) -> Option<LeadProviderId> {
    let actor = &circumstances.actor;
    (actor.kind == ActorKind::LeadProvider).then(|| LeadProviderId::parse(&actor.id).ok()).flatten()
}

impl Informed for SchoolPartnership {
    async fn facts(
        facts: &Facts,
        command: &SchoolPartnershipCommand,
        (circumstances, place): (Circumstances, Option<Place>),
    ) -> Result<PartnershipFacts, Fault> {
        let recruitment = match (command, &place) {
            (SchoolPartnershipCommand::ConfirmRecruitment(confirm), _) => {
                let place = (confirm.school_urn.clone(), confirm.cohort);
                facts.recruitment(&circumstances, &confirm.delivery_partner_id, &place).await?
            }
            (SchoolPartnershipCommand::ChangeDeliveryPartner(change), Some(place)) => {
                facts.recruitment(&circumstances, &change.delivery_partner_id, place).await?
            }
            _ => RecruitmentFacts::default(),
        };
        let notice_delivered = match command {
            SchoolPartnershipCommand::CloseReportingWindow(close) => {
                facts.caught_up().await?;
                facts.views.notice_arrived(close.partnership_id, close.closes_at).await?
            }
            _ => false,
        };
        Ok(PartnershipFacts { circumstances, recruitment, notice_delivered })
    }
}

impl Informed for School {
    async fn facts(
        facts: &Facts,
        command: &SchoolCommand,
        (circumstances, _): (Circumstances, Option<Place>),
    ) -> Result<SchoolFacts, Fault> {
        let mut known = SchoolFacts::bare(circumstances);
        match command {
            SchoolCommand::ChooseProgramme(choose) => {
                facts.caught_up().await?;
                known.programme_choice = facts.views.programme_choice(&choose.school_urn, choose.cohort).await?;
            }
            SchoolCommand::NominateInductionTutor(nominate) => {
                known.known_person = facts.known_person(&nominate.name.0, &nominate.email.0).await?;
            }
            SchoolCommand::RequestNominationLink(_) => {
                known.link_token_hash = Some(facts.token_hash(known.circumstances.new_id).await?);
            }
            SchoolCommand::OpenNominationLink(open) => {
                known.notice_link_expires_at = facts.notice_link_expires_at(open).await?;
            }
            SchoolCommand::ImportSchool(_) => {}
        }
        Ok(known)
    }
}

impl Informed for SupportCase {
    async fn facts(
        facts: &Facts,
        command: &SupportCaseCommand,
        (circumstances, _): (Circumstances, Option<Place>),
    ) -> Result<CaseFacts, Fault> {
        let partnership = match command {
            SupportCaseCommand::PassReportToSupport(pass) => facts.place(pass.partnership_id).await?,
            SupportCaseCommand::OpenTraineeTask(_) | SupportCaseCommand::ResolveSupportCase(_) => None,
        };
        Ok(CaseFacts { circumstances, partnership })
    }
}

impl Informed for Trainee {
    async fn facts(
        facts: &Facts,
        command: &TraineeCommand,
        (circumstances, _): (Circumstances, Option<Place>),
    ) -> Result<TraineeFacts, Fault> {
        let provider_known = match command {
            TraineeCommand::RegisterTrainee(register) => {
                let own = || TrainingProviderCode::parse(&circumstances.actor.id).ok();
                facts.provider_known(register.provider.clone().or_else(own)).await?
            }
            _ => false,
        };
        Ok(TraineeFacts { circumstances, provider_known })
    }
}

impl Informed for HandOver {
    async fn facts(
        facts: &Facts,
        command: &HandOverCommand,
        (circumstances, _): (Circumstances, Option<Place>),
    ) -> Result<HandOverFacts, Fault> {
        let record = trainee_record(&facts.log, command.trainee_id()).await?;
        Ok(HandOverFacts { circumstances, trainee: record.map(|record| record.standing()) })
    }
}

impl Informed for Person {
    async fn facts(
        facts: &Facts,
        command: &PersonCommand,
        (circumstances, _): (Circumstances, Option<Place>),
    ) -> Result<PersonFacts, Fault> {
        let PersonCommand::ErasePerson(erase) = command;
        Ok(PersonFacts { circumstances, known: facts.log.knows(erase.person_id).await? })
    }
}

/// A trainee's record as the log has it now, personal fields opened as far as the keys go.
pub async fn trainee_record(log: &Log, id: TraineeId) -> Result<Option<Record>, Fault> {
    let history = log.stream_page(&trainee::stream(id), 0, i64::MAX).await?;
    let own: Vec<_> = history.into_iter().filter_map(|recorded| Trainee::own(recorded.event)).collect();
    Ok(<Trainee as Aggregate>::fold(&own).record)
}

/// Aggregates that decide from who asked and when alone.
macro_rules! needs_nothing_else {
    ($($aggregate:ident),+) => {$(
        impl Informed for $aggregate {
            async fn facts(
                _: &Facts,
                _: &Self::Command,
                (circumstances, _): (Circumstances, Option<Place>),
            ) -> Result<Self::Facts, Fault> {
                Ok(Bare::bare(circumstances))
            }
        }
    )+};
}

needs_nothing_else!(LogWitness, Reading, Reference, Upload);
