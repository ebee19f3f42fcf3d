//! Facts: what a decision must know from elsewhere, looked up once and recorded with the command.
//! The views run a moment behind the log. Before a thing is called unknown, they are given time to catch up.

use std::time::Duration;

use domain::{
    facts::{
        CaseFacts, Circumstances, CohortFacts, PartnershipFacts, RecruitmentFacts, ReferenceFacts, SchoolFacts,
        TraineeFacts,
    },
    reference::{Reference, ReferenceCommand},
    school::{School, SchoolCommand},
    school_partnership::{SchoolPartnership, SchoolPartnershipCommand},
    support_case::{SupportCase, SupportCaseCommand},
    trainee::{Trainee, TraineeCommand},
};
use event_store::Log;
use events_schema::{
    actor::ActorKind,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, Parse, PartnershipId, TrainingProviderCode, Urn},
};
use projections::{RecruitmentReference, Views};

use crate::{aggregates::Served, fault::Fault};

/// How long the views may take to reach the log's head before a thing counts as unknown.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where facts come from.
#[derive(Clone)]
pub struct Facts {
    views: Views,
    log: Log,
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
        Self { views, log }
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
        let found = self.patiently(look, is_complete).await?;
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

    async fn provider_known(&self, code: Option<TrainingProviderCode>) -> Result<bool, Fault> {
        let Some(code) = code else { return Ok(false) };
        let look = || async { Ok(self.views.training_provider_exists(&code).await?) };
        self.patiently(look, |known| *known).await
    }
}

/// Nothing is missing that an import still on its way could bring.
fn is_complete(found: &RecruitmentReference) -> bool {
    found.cohort.is_some()
        && found.lead_provider_name.is_some()
        && found.delivery_partner_name.is_some()
        && found.paired
        && found.school.is_some()
        && (found.programme_choice.is_some() || !found.held_last_cohort)
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
        Ok(PartnershipFacts { circumstances, recruitment })
    }
}

impl Informed for School {
    /// Mail addresses are sealed, so that nobody can be found by one: a nomination is decided without that knowledge.
    async fn facts(
        facts: &Facts,
        command: &SchoolCommand,
        (circumstances, _): (Circumstances, Option<Place>),
    ) -> Result<SchoolFacts, Fault> {
        let programme_choice = match command {
            SchoolCommand::ChooseProgramme(choose) => {
                facts.caught_up().await?;
                facts.views.programme_choice(&choose.school_urn, choose.cohort).await?
            }
            SchoolCommand::ImportSchool(_) | SchoolCommand::NominateInductionTutor(_) => None,
        };
        Ok(SchoolFacts { circumstances, known_person: None, programme_choice })
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
            SupportCaseCommand::ResolveSupportCase(_) => None,
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

impl Informed for Reference {
    async fn facts(
        _: &Facts,
        _: &ReferenceCommand,
        (circumstances, _): (Circumstances, Option<Place>),
    ) -> Result<ReferenceFacts, Fault> {
        Ok(ReferenceFacts { circumstances })
    }
}
