//! Lead providers, and their delivery partners, whose schools report more often than chance would have it.

use std::collections::BTreeMap;

use sqlx::PgPool;

use super::{
    Comparison,
    statistics::{Chance, Layer},
};
use crate::{
    fault::ViewFault,
    reports::{Cell, Dimension, Filter, Measure, Table},
};

pub(super) const PROVIDER_TEST: &str = "Each lead provider's reported recruitments in a cohort are compared with those of \
    all lead providers in the same cohort and the same week of recruitment, so that size, time of year and windows still \
    open count for nothing. Test: exact conditional test of Mantel and Haenszel over the weeks, one-sided; p-values \
    adjusted by Benjamini and Hochberg (1995) over all lead providers and cohorts compared; shown at 5% or less and at \
    least 3 reports. False alarms: if nobody differed, anybody would be shown in at most 1 of 20 looks; of those shown, \
    at most 1 in 20 is expected to be chance.";

pub(super) const PAIRING_TEST: &str = "Each pairing's reported rounds (a lead provider with a delivery partner in a cohort) \
    are compared with those of all pairings in the same cohort and the same week in which the round began. Test: exact \
    conditional test of Mantel and Haenszel over the weeks, one-sided; p-values adjusted by Benjamini and Hochberg (1995) \
    over all pairings compared; shown at 5% or less and at least 3 reports. False alarms: if no pairing differed, any \
    would be shown in at most 1 of 20 looks; of those shown, at most 1 in 20 is expected to be chance.";

type Asked<'a> = (&'a PgPool, Option<&'a str>);

/// By lead provider and cohort.
pub(super) async fn by_provider(asked: Asked<'_>, filter: &Filter) -> Result<Vec<Comparison>, ViewFault> {
    reported(asked, filter, &[Dimension::LeadProvider, Dimension::Cohort]).await
}

/// By lead provider, delivery partner and cohort.
pub(super) async fn by_pairing(asked: Asked<'_>, filter: &Filter) -> Result<Vec<Comparison>, ViewFault> {
    reported(asked, filter, &[Dimension::LeadProvider, Dimension::DeliveryPartner, Dimension::Cohort]).await
}

async fn reported((pool, scratch): Asked<'_>, filter: &Filter, by: &[Dimension]) -> Result<Vec<Comparison>, ViewFault> {
    let split: Vec<_> = by.iter().copied().chain([Dimension::Week]).collect();
    let table = Measure::named("report_rate")?.run(pool, scratch, (filter, &split)).await?;
    let groups = groups(&table, by, ("recruitments", "reported"));
    Ok(groups.into_iter().map(|group| group.comparison(filter)).collect())
}

/// What one group has in each layer.
pub(super) struct Group {
    pub(super) about: Vec<(Dimension, String, String)>,
    pub(super) own: u32,
    pub(super) observed: u32,
    pub(super) layers: Vec<Layer>,
}

impl Group {
    fn comparison(self, filter: &Filter) -> Comparison {
        let key = |dimension| self.about.iter().find(|it| it.0 == dimension).map(|(_, key, _)| key.as_str());
        let slice = Filter {
            lead_provider: key(Dimension::LeadProvider).and_then(|it| it.parse().ok()),
            delivery_partner: key(Dimension::DeliveryPartner).and_then(|it| it.parse().ok()),
            cohort: key(Dimension::Cohort).and_then(|it| it.parse().ok()),
            ..filter.clone()
        };
        let counted = if slice.delivery_partner.is_some() { "rounds" } else { "recruitments" };
        Comparison {
            observed: self.observed,
            out_of: self.own,
            chance: Chance::within(&self.layers),
            measure: "report_rate",
            figure: "reported",
            slice,
            counted: format!("{counted} were reported"),
            about: self.about,
        }
    }
}

/// One row of a table that is split by the keys of groups and, last, by week.
struct Counted {
    about: Vec<(Dimension, String, String)>,
    layer: (String, String),
    own: u32,
    marked: u32,
}

/// The groups of a table; a layer is a week of a cohort, or a week where the table has no cohorts.
pub(super) fn groups(table: &Table, by: &[Dimension], (whole, part): (&str, &str)) -> Vec<Group> {
    let rows: Vec<Counted> = table.rows.iter().map(|row| counted(table, row, (by, whole, part))).collect();
    let mut layers: BTreeMap<&(String, String), (u32, u32)> = BTreeMap::new();
    for row in &rows {
        let sum = layers.entry(&row.layer).or_default();
        *sum = (sum.0 + row.own, sum.1 + row.marked);
    }
    let mut groups: BTreeMap<Vec<&str>, Group> = BTreeMap::new();
    for row in &rows {
        let keys = row.about.iter().map(|(_, key, _)| key.as_str()).collect();
        let empty = || Group { about: row.about.clone(), own: 0, observed: 0, layers: Vec::new() };
        let group = groups.entry(keys).or_insert_with(empty);
        let (all, marked) = layers[&row.layer];
        group.own += row.own;
        group.observed += row.marked;
        group.layers.push(Layer { all, marked, own: row.own });
    }
    groups.into_values().collect()
}

fn counted(table: &Table, row: &[Cell], (by, whole, part): (&[Dimension], &str, &str)) -> Counted {
    let text = |name: &str| table.column(name).map(|at| row[at].to_string()).unwrap_or_default();
    let count = |name: &str| match table.column(name).map(|at| &row[at]) {
        Some(Cell::Whole(count)) => u32::try_from(*count).unwrap_or_default(),
        _ => 0,
    };
    let about = by.iter().map(|dimension| {
        let key = text(dimension.name());
        let name = text(&format!("{}_name", dimension.name()));
        (*dimension, key.clone(), if name.is_empty() { key } else { name })
    });
    let layer = (text(Dimension::Cohort.name()), text(Dimension::Week.name()));
    Counted { about: about.collect(), layer, own: count(whole), marked: count(part) }
}
