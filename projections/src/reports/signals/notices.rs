//! Notices that do not arrive: by the rule that found their recipient, by local authority, and by lead provider.

use chrono::Days;
use futures::future::try_join_all;
use sqlx::PgPool;

use super::{
    Comparison,
    rates::{Group, groups},
    statistics::Chance,
};
use crate::{
    fault::ViewFault,
    reports::{Dimension, Filter, Measure},
    time::london_day,
};

pub(super) const TEST: &str = "Notices and reminders that were sent at least 3 days ago and are not known to be delivered, \
    whether the carrier said so or never answered: those of each contact rule, each local authority and each lead \
    provider are compared with those of all in the same week. Test: exact conditional test of Mantel and Haenszel over \
    the weeks, one-sided; p-values adjusted by Benjamini and Hochberg (1995) over all groups compared; shown at 5% or \
    less and at least 3 such notices. False alarms: if no group differed, any would be shown in at most 1 of 20 looks; \
    of those shown, at most 1 in 20 is expected to be chance.";

/// Carriers answer within minutes, and give up after 72 hours.
const TIME_TO_ARRIVE: Days = Days::new(3);
const SPLITS: [Dimension; 3] = [Dimension::Contact, Dimension::LocalAuthority, Dimension::LeadProvider];

/// Every group of every split.
pub(super) async fn not_arriving(
    (pool, scratch): (&PgPool, Option<&str>),
    filter: &Filter,
) -> Result<Vec<Comparison>, ViewFault> {
    let due = london_day(filter.as_of).checked_sub_days(TIME_TO_ARRIVE);
    let to = filter.to.into_iter().chain(due).min();
    let filter = Filter { to, from: filter.from.filter(|from| to.is_none_or(|to| *from <= to)), ..filter.clone() };
    let measure = Measure::named("notices_by_status")?;
    let tables = SPLITS.map(|split| {
        let filter = &filter;
        async move { measure.run(pool, scratch, (filter, &[split, Dimension::Week])).await }
    });
    let tables = try_join_all(tables).await?;
    let arrived = SPLITS.iter().zip(&tables).flat_map(|(split, table)| groups(table, &[*split], ("sent", "delivered")));
    Ok(arrived.map(|group| not_arrived(group, &filter)).collect())
}

/// What is not delivered is the rest of what was sent.
fn not_arrived(group: Group, filter: &Filter) -> Comparison {
    let layers: Vec<_> = group.layers.into_iter().map(super::statistics::Layer::rest).collect();
    let key = |dimension| group.about.iter().find(|it| it.0 == dimension).map(|(_, key, _)| key.clone());
    let slice = Filter {
        lead_provider: key(Dimension::LeadProvider).and_then(|it| it.parse().ok()),
        local_authority: key(Dimension::LocalAuthority),
        ..filter.clone()
    };
    Comparison {
        observed: group.own - group.observed,
        out_of: group.own,
        chance: Chance::within(&layers),
        measure: "notices_by_status",
        figure: "undelivered",
        slice,
        counted: "notices did not arrive".to_owned(),
        about: group.about,
    }
}
