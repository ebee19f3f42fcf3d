//! Cohorts, lead providers, delivery partners, pairings, training providers: the last import of each.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    envelope::{Recorded, StreamId},
    events::{Event, reference::ReferenceEvent},
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, TrainingProviderCode, Ukprn, Urn},
};

use crate::{
    projection::{Projection, Unfit},
    row::row,
};

row! {
    /// A cohort that is set up.
    keyed CohortRow in "cohorts", key(stream) {
        /// Where it was set up.
        stream: StreamId,
        /// Which.
        cohort: Cohort,
        /// First day of registration.
        registration_from: Option<NaiveDate>,
        /// First day of the academic year.
        academic_year_start: NaiveDate,
        /// Last day of automatic assignment.
        automatic_assignment_ends: Option<NaiveDate>,
        /// Second term of the reporting window, if it is on.
        window_not_before: Option<NaiveDate>,
        /// When it last changed (UTC).
        updated_at: DateTime<Utc>,
    }
}

row! {
    /// A lead provider.
    keyed LeadProviderRow in "lead_providers", key(stream) {
        /// Where it was set up.
        stream: StreamId,
        /// Which.
        lead_provider_id: LeadProviderId,
        /// Its name.
        name: String,
        /// First cohort under contract.
        first_cohort: Option<Cohort>,
        /// Last cohort under contract.
        last_cohort: Option<Cohort>,
        /// UK provider reference number.
        ukprn: Option<Ukprn>,
        /// When it last changed (UTC).
        updated_at: DateTime<Utc>,
    }
}

row! {
    /// A delivery partner.
    keyed DeliveryPartnerRow in "delivery_partners", key(stream) {
        /// Where it was set up.
        stream: StreamId,
        /// Which.
        delivery_partner_id: DeliveryPartnerId,
        /// Its name.
        name: String,
        /// When it was first set up (UTC).
        created_at: DateTime<Utc>,
        /// When it last changed (UTC).
        updated_at: DateTime<Utc>,
    }
}

row! {
    /// A lead provider may, or no longer may, use a delivery partner in a cohort.
    keyed PairingRow in "pairings", key(stream), index("(lead_provider_id, cohort)") {
        /// Where it was set up.
        stream: StreamId,
        /// The lead provider.
        lead_provider_id: LeadProviderId,
        /// The delivery partner.
        delivery_partner_id: DeliveryPartnerId,
        /// The cohort.
        cohort: Cohort,
        /// No longer.
        withdrawn: bool,
        /// When it last changed (UTC).
        updated_at: DateTime<Utc>,
    }
}

row! {
    /// A training provider.
    keyed TrainingProviderRow in "training_providers", key(stream) {
        /// Where it was set up.
        stream: StreamId,
        /// Its code.
        code: TrainingProviderCode,
        /// Operating name.
        name: String,
        /// Legal name, if different.
        legal_name: Option<String>,
        /// UK provider reference number.
        ukprn: Option<Ukprn>,
        /// Its school's number, if it is one.
        urn: Option<Urn>,
        /// `school`, `scitt`, `hei` or another word of the register.
        provider_type: String,
        /// Accredited today.
        accredited: bool,
        /// Accreditation number.
        accreditation_number: Option<String>,
        /// When it last changed (UTC).
        updated_at: DateTime<Utc>,
    }
}

/// The last event decides the only row of its stream.
macro_rules! last_import {
    ($(#[$doc:meta])* $projection:ident keeps $row:ident { $($event:ident => |$it:ident, $recorded:ident$(, $before:ident)?| $new:expr),+ $(,)? }) => {
        $(#[$doc])*
        pub(crate) struct $projection;

        impl Projection for $projection {
            type Row = $row;

            fn stream(recorded: &Recorded<Event>) -> Option<Cow<'_, StreamId>> {
                match &recorded.event {
                    Event::Reference($(ReferenceEvent::$event(_))|+) => Some(Cow::Borrowed(&recorded.stream)),
                    _ => None,
                }
            }

            fn project(rows: &mut Vec<$row>, recorded: &Recorded<Event>) -> Result<(), Unfit> {
                let _earlier = rows.pop();
                match &recorded.event {
                    $(Event::Reference(ReferenceEvent::$event($it)) => {
                        let $recorded = recorded;
                        $(let $before: Option<$row> = _earlier;)?
                        rows.push($new);
                    })+
                    _ => {}
                }
                Ok(())
            }
        }
    };
}

last_import!(
    /// Keeps a row per cohort.
    Cohorts keeps CohortRow {
        CohortImported => |it, recorded| CohortRow {
            stream: recorded.stream.clone(),
            cohort: it.cohort,
            registration_from: it.registration_from,
            academic_year_start: it.academic_year_start,
            automatic_assignment_ends: it.automatic_assignment_ends,
            window_not_before: it.window_not_before,
            updated_at: recorded.happened_at,
        },
    }
);

last_import!(
    /// Keeps a row per lead provider.
    LeadProviders keeps LeadProviderRow {
        LeadProviderImported => |it, recorded| LeadProviderRow {
            stream: recorded.stream.clone(),
            lead_provider_id: it.lead_provider_id.clone(),
            name: it.name.clone(),
            first_cohort: it.first_cohort,
            last_cohort: it.last_cohort,
            ukprn: it.ukprn.clone(),
            updated_at: recorded.happened_at,
        },
    }
);

last_import!(
    /// Keeps a row per delivery partner.
    DeliveryPartners keeps DeliveryPartnerRow {
        DeliveryPartnerImported => |it, recorded, before| DeliveryPartnerRow {
            stream: recorded.stream.clone(),
            delivery_partner_id: it.delivery_partner_id.clone(),
            name: it.name.clone(),
            created_at: before.map_or(recorded.happened_at, |before| before.created_at),
            updated_at: recorded.happened_at,
        },
    }
);

last_import!(
    /// Keeps a row per pairing, withdrawn ones too.
    Pairings keeps PairingRow {
        ProviderPairingImported => |it, recorded| PairingRow {
            stream: recorded.stream.clone(),
            lead_provider_id: it.lead_provider_id.clone(),
            delivery_partner_id: it.delivery_partner_id.clone(),
            cohort: it.cohort,
            withdrawn: false,
            updated_at: recorded.happened_at,
        },
        ProviderPairingWithdrawn => |it, recorded| PairingRow {
            stream: recorded.stream.clone(),
            lead_provider_id: it.lead_provider_id.clone(),
            delivery_partner_id: it.delivery_partner_id.clone(),
            cohort: it.cohort,
            withdrawn: true,
            updated_at: recorded.happened_at,
        },
    }
);

last_import!(
    /// Keeps a row per training provider.
    TrainingProviders keeps TrainingProviderRow {
        TrainingProviderImported => |it, recorded| TrainingProviderRow {
            stream: recorded.stream.clone(),
            code: it.code.clone(),
            name: it.name.clone(),
            legal_name: it.legal_name.clone(),
            ukprn: it.ukprn.clone(),
            urn: it.urn.clone(),
            provider_type: it.provider_type.clone(),
            accredited: it.accredited,
            accreditation_number: it.accreditation_number.clone(),
            updated_at: recorded.happened_at,
        },
    }
);
