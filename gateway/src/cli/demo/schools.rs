//! The demo's schools, lead providers and pairings: the real register, and the pairings that are imported with it.

use std::collections::HashSet;

use domain::{
    command::Command,
    policies::eligibility::{Eligibility, eligibility},
    reference::ReferenceCommand,
    school::SchoolCommand,
};
use events_schema::{
    events::school::RegisterEntry,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, Urn},
};

use super::{super::data_folder::DataFolder, super::failure::Failure, chance::Chance};
use crate::{
    gias::{self, LocalAuthorities},
    reference_files::{self, ImportRow},
    urn_file,
};

/// The two sample uploads; the demo leaves their schools alone until it uploads them.
pub(super) const SAMPLES: [&str; 2] = ["samples/partnership_clean.csv", "samples/partnership_messy.csv"];

/// The schools that the demo can play with.
pub(super) struct Schools {
    /// Eligible ones that stand in no sample, in the demo's order; taken from the end.
    pub(super) free: Vec<Urn>,
    /// Closed ones, and others at which no induction can be served.
    pub(super) not_eligible: Vec<Urn>,
    /// Those that may use materials only.
    pub(super) cip_only: Vec<Urn>,
}

impl Schools {
    /// Reads the register and shuffles it.
    pub(super) fn read(data: &DataFolder, chance: &mut Chance) -> Result<Self, Failure> {
        let authorities = LocalAuthorities::read("local_authorities.csv", &data.bytes("local_authorities.csv")?)?;
        let rows = gias::read("schools.csv", &data.bytes("schools.csv")?, &authorities)?;
        let mut entries: Vec<_> = rows.into_iter().filter_map(entry).collect();
        chance.shuffle(&mut entries);
        let sampled = sampled(data)?;
        let of = |kind| {
            let fits = |entry: &&RegisterEntry| eligibility(entry) == kind && !sampled.contains(&entry.urn);
            entries.iter().filter(fits).map(|entry| entry.urn.clone()).collect::<Vec<_>>()
        };
        Ok(Self {
            free: of(Eligibility::Eligible),
            not_eligible: of(Eligibility::NotEligible),
            cip_only: of(Eligibility::CipOnly),
        })
    }

    /// Schools that nobody has taken yet.
    pub(super) fn take(&mut self, count: usize) -> Vec<Urn> {
        self.free.split_off(self.free.len().saturating_sub(count))
    }
}

fn entry(row: ImportRow) -> Option<RegisterEntry> {
    match row.command {
        Command::School(SchoolCommand::ImportSchool(import)) => Some(import.entry),
        _ => None,
    }
}

fn sampled(data: &DataFolder) -> Result<HashSet<Urn>, Failure> {
    let mut urns = HashSet::new();
    for sample in SAMPLES {
        let cells = urn_file::read(&data.bytes(sample)?)?;
        urns.extend(cells.iter().filter_map(crate::upload_preview::urn));
    }
    Ok(urns)
}

/// Who may deliver for whom and when.
pub(super) struct Pairings(Vec<(LeadProviderId, DeliveryPartnerId, Cohort)>);

impl Pairings {
    /// Reads the pairings file.
    pub(super) fn read(data: &DataFolder) -> Result<Self, Failure> {
        let rows = data.read("provider_pairings.csv", reference_files::pairings)?;
        let pairing = |row: ImportRow| match row.command {
            Command::Reference(ReferenceCommand::ImportProviderPairing(pairing)) => {
                Some((pairing.lead_provider_id, pairing.delivery_partner_id, pairing.cohort))
            }
            _ => None,
        };
        Ok(Self(rows.into_iter().filter_map(pairing).collect()))
    }

    /// The delivery partners of a lead provider in a cohort.
    pub(super) fn of(&self, lead_provider: &str, cohort: Cohort) -> Vec<DeliveryPartnerId> {
        let fits = |(lead, _, year): &&(LeadProviderId, _, _)| lead.as_str() == lead_provider && *year == cohort;
        self.0.iter().filter(fits).map(|(_, partner, _)| partner.clone()).collect()
    }

    /// A delivery partner with which the lead provider is not paired in the cohort.
    pub(super) fn stranger(&self, lead_provider: &str, cohort: Cohort) -> DeliveryPartnerId {
        let own = self.of(lead_provider, cohort);
        let stranger = self.0.iter().map(|(_, partner, _)| partner).find(|partner| !own.contains(partner));
        stranger.expect("no lead provider works with every delivery partner").clone()
    }
}
