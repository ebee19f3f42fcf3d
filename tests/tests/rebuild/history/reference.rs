//! The reference data of the random history: cohorts, providers and their pairings, schools.

use chrono::NaiveDate;
use events_schema::{
    actor::ActorKind,
    envelope::StreamId,
    events::{
        Event,
        reference::{
            CohortImported, DeliveryPartnerImported, LeadProviderImported, ProviderPairingImported,
            ProviderPairingWithdrawn, ReferenceEvent, TrainingProviderImported,
        },
        school::{RegisterEntry, SchoolImported},
        school_partnership::{NamedDeliveryPartner, NamedLeadProvider},
    },
    ids::Urn,
};

use super::{
    super::writer::{actor, slug},
    DELIVERY_PARTNERS, History, LEAD_PROVIDERS, SCHOOLS, cohorts, delivery_partner, lead_provider, urn,
};

impl History<'_> {
    async fn import(&mut self, key: String, event: impl Into<ReferenceEvent>) {
        let importer = actor(ActorKind::System, "import");
        self.append(importer, StreamId::new("reference", key), Event::Reference(event.into())).await;
    }

    pub(super) async fn import_providers(&mut self) {
        for cohort in cohorts() {
            let academic_year_start = NaiveDate::from_ymd_opt(i32::from(cohort.year()), 9, 1).expect("a day");
            let (registration_from, automatic_assignment_ends, window_not_before) = (None, None, None);
            let event = CohortImported {
                cohort,
                registration_from,
                academic_year_start,
                automatic_assignment_ends,
                window_not_before,
            };
            self.import(format!("cohort-{cohort}"), event).await;
        }
        for id in LEAD_PROVIDERS {
            let NamedLeadProvider { id: lead_provider_id, name } = lead_provider(id);
            let event =
                LeadProviderImported { lead_provider_id, name, first_cohort: None, last_cohort: None, ukprn: None };
            self.import(format!("lead_provider-{id}"), event).await;
        }
        for id in DELIVERY_PARTNERS {
            let NamedDeliveryPartner { id: delivery_partner_id, name } = delivery_partner(id);
            let event = DeliveryPartnerImported { delivery_partner_id, name };
            self.import(format!("delivery_partner-{id}"), event).await;
            self.pair("teach-north", id).await;
        }
        self.import_training_provider().await;
    }

    async fn pair(&mut self, lead_provider: &str, delivery_partner: &str) {
        let [_, cohort] = cohorts();
        let event = ProviderPairingImported {
            lead_provider_id: slug(lead_provider),
            delivery_partner_id: slug(delivery_partner),
            cohort,
        };
        self.import(format!("pairing-{lead_provider}_{delivery_partner}_{cohort}"), event).await;
    }

    pub(super) async fn withdraw_pairing(&mut self) {
        let [_, cohort] = cohorts();
        let partner = self.pick(&DELIVERY_PARTNERS);
        let event = ProviderPairingWithdrawn {
            lead_provider_id: slug("teach-north"),
            delivery_partner_id: slug(partner),
            cohort,
        };
        self.import(format!("pairing-teach-north_{partner}_{cohort}"), event).await;
    }

    async fn import_training_provider(&mut self) {
        let event = TrainingProviderImported {
            code: slug("A1"),
            name: "A University".to_owned(),
            legal_name: None,
            ukprn: None,
            urn: None,
            provider_type: "hei".to_owned(),
            accredited: true,
            accreditation_number: None,
        };
        self.import("training_provider-A1".to_owned(), event).await;
    }

    pub(super) async fn import_schools(&mut self) {
        for number in 0..SCHOOLS {
            let event = SchoolImported { entry: entry(number), changed: Vec::new() };
            let stream = StreamId::new("school", urn(number));
            self.append(actor(ActorKind::System, "import"), stream, Event::School(event.into())).await;
        }
    }
}

fn entry(number: u32) -> RegisterEntry {
    let trust_name = number.is_multiple_of(3).then(|| "A Trust".to_owned());
    register_entry(urn(number), trust_name)
}

pub(crate) fn register_entry(urn: Urn, trust_name: Option<String>) -> RegisterEntry {
    RegisterEntry {
        name: format!("School {urn}"),
        urn,
        la_code: "301".to_owned(),
        la_name: "A Borough".to_owned(),
        la_in_england: Some(true),
        type_code: 1,
        type_name: "Community school".to_owned(),
        status_code: 1,
        status_name: "Open".to_owned(),
        phase_name: "Primary".to_owned(),
        ukprn: None,
        town: "Town".to_owned(),
        postcode: "AB1 2CD".to_owned(),
        main_email: "office@example.com".to_owned(),
        alternative_email: String::new(),
        section_41_approved: false,
        district_code: "E09000001".to_owned(),
        trust_name,
    }
}
