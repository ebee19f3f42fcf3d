//! Provider pairings are not public: these are generated, the same ones every time, from the files of providers.
//! `data/provider_pairings.csv` is what this prints; a test says so.

use std::fmt::Write;

use clap::Args;
use domain::{command::Command, reference::ReferenceCommand};
use events_schema::ids::{Cohort, DeliveryPartnerId, LeadProviderId};

use super::{data_folder::DataFolder, failure::Failure};
use crate::reference_files;

/// Changing the seed changes every pairing.
const SEED: &str = "training-ledger pairings 1";
/// Of each hundred pairs of lead provider and delivery partner, so many work together.
const PAIRED: u64 = 40;
/// Of each hundred of those, so many pause in a given cohort.
const PAUSED: u64 = 10;
const COHORTS: std::ops::RangeInclusive<u16> = 2021..=2026;

/// `training-ledger generate-pairings`: prints generated pairings as CSV.
#[derive(Debug, Args)]
pub(super) struct GeneratePairings {
    #[command(flatten)]
    data: DataFolder,
}

impl GeneratePairings {
    /// Prints the file.
    pub(super) fn run(&self) -> Result<(), Failure> {
        Ok(std::io::Write::write_all(&mut std::io::stdout(), file(&self.data)?.as_bytes())?)
    }
}

/// A lead provider with the cohorts of its contract.
struct Contract {
    id: LeadProviderId,
    first: Option<Cohort>,
    last: Option<Cohort>,
}

fn file(data: &DataFolder) -> Result<String, Failure> {
    let contracts = contracts(data)?;
    let partners = delivery_partners(data)?;
    let mut text = "lead_provider_id,delivery_partner_id,cohort\n".to_owned();
    for contract in &contracts {
        for partner in partners.iter().filter(|partner| work_together(&contract.id, partner)) {
            for cohort in COHORTS.filter_map(Cohort::starting).filter(|cohort| contract.holds(*cohort)) {
                if !paused(&contract.id, partner, cohort) {
                    writeln!(text, "{},{partner},{cohort}", contract.id).expect("writing to a string cannot fail");
                }
            }
        }
    }
    Ok(text)
}

impl Contract {
    fn holds(&self, cohort: Cohort) -> bool {
        self.first.is_none_or(|first| first <= cohort) && self.last.is_none_or(|last| cohort <= last)
    }
}

fn contracts(data: &DataFolder) -> Result<Vec<Contract>, Failure> {
    let contract = |command| match command {
        Command::Reference(ReferenceCommand::ImportLeadProvider(lead_provider)) => Some(Contract {
            id: lead_provider.lead_provider_id,
            first: lead_provider.first_cohort,
            last: lead_provider.last_cohort,
        }),
        _ => None,
    };
    let rows = data.read("lead_providers.csv", reference_files::lead_providers)?;
    Ok(rows.into_iter().filter_map(|row| contract(row.command)).collect())
}

fn delivery_partners(data: &DataFolder) -> Result<Vec<DeliveryPartnerId>, Failure> {
    let rows = data.read("delivery_partners.csv", reference_files::delivery_partners)?;
    let id = |command| match command {
        Command::Reference(ReferenceCommand::ImportDeliveryPartner(partner)) => Some(partner.delivery_partner_id),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(|row| id(row.command)).collect())
}

fn work_together(lead_provider: &LeadProviderId, partner: &DeliveryPartnerId) -> bool {
    chance(&format!("{SEED}/{lead_provider}/{partner}")) < PAIRED
}

fn paused(lead_provider: &LeadProviderId, partner: &DeliveryPartnerId, cohort: Cohort) -> bool {
    chance(&format!("{SEED}/{lead_provider}/{partner}/{cohort}")) < PAUSED
}

/// A number below 100 that depends on the words alone, today and in ten years (FNV-1a, well mixed).
fn chance(words: &str) -> u64 {
    let fnv = words
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed >> 33) % 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_pairings_are_the_generated_ones() {
        let data = DataFolder::at(concat!(env!("CARGO_MANIFEST_DIR"), "/../data"));
        let checked_in =
            std::fs::read_to_string(data.path("provider_pairings.csv").expect("a folder")).expect("a file");
        assert!(file(&data).expect("readable") == checked_in, "run generate-pairings and review the change");
    }
}
