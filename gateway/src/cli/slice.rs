//! What a question counts: by cohort, party, reason, place, channel and time, as of a moment.

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use events_schema::{
    codes::{AwardType, MistakeReason, Route},
    envelope::Position,
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, TrainingProviderCode},
};
use projections::reports::Filter;

use super::{
    connection::Connection,
    failure::Failure,
    moment::{Moment, day, monday},
};
use crate::measures::CHANNELS;

/// What to count; everything if nothing is said.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Slice {
    /// Only this cohort.
    #[arg(long)]
    cohort: Option<Cohort>,
    /// Only this lead provider.
    #[arg(long, value_name = "ID")]
    lead_provider: Option<LeadProviderId>,
    /// Only this delivery partner.
    #[arg(long, value_name = "ID")]
    delivery_partner: Option<DeliveryPartnerId>,
    /// Only acts with this reason.
    #[arg(long, value_name = "CODE", value_parser = reason)]
    mistake_reason: Option<MistakeReason>,
    /// Only schools in this local authority when they were recruited.
    #[arg(long, value_name = "CODE")]
    local_authority: Option<String>,
    /// Only schools in this trust when they were recruited; `unknown` for those in none that is known.
    #[arg(long, value_name = "NAME")]
    trust: Option<String>,
    /// Only what came in by csv, api, nats, screen or system.
    #[arg(long, value_parser = channel)]
    channel: Option<String>,
    /// Only the week from this Monday.
    #[arg(long, value_name = "DAY", value_parser = monday)]
    week: Option<NaiveDate>,
    /// Only this training provider.
    #[arg(long, value_name = "CODE")]
    training_provider: Option<TrainingProviderCode>,
    /// Only this training route.
    #[arg(long, value_parser = route)]
    route: Option<Route>,
    /// Only QTS or EYTS.
    #[arg(long, value_parser = award)]
    award: Option<AwardType>,
    /// Only the academic year that starts in this year.
    #[arg(long, value_name = "YEAR")]
    academic_year: Option<i32>,
    /// Only days from this one.
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<NaiveDate>,
    /// Only days up to this one.
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: Option<NaiveDate>,
    /// Only what had happened by the end of this day in London, this instant, or this position of the log; up
    /// to what has not come, days are counted over what is known now.
    #[arg(long, value_name = "DAY|INSTANT|POSITION")]
    as_of: Option<Moment>,
}

fn reason(code: &str) -> Result<MistakeReason, String> {
    MistakeReason::from_code(code).ok_or_else(|| one_of(MistakeReason::ALL.iter().map(|it| it.code())))
}

fn route(code: &str) -> Result<Route, String> {
    Route::from_code(code).ok_or_else(|| one_of(Route::ALL.iter().map(|it| it.code())))
}

fn award(code: &str) -> Result<AwardType, String> {
    AwardType::from_code(code).ok_or_else(|| one_of(AwardType::ALL.iter().map(|it| it.code())))
}

fn channel(code: &str) -> Result<String, String> {
    let known = || CHANNELS.iter().map(|channel| channel.code());
    known().find(|known| *known == code).map(str::to_owned).ok_or_else(|| one_of(known()))
}

/// The codes that can be said.
pub(super) fn one_of<'c>(codes: impl Iterator<Item = &'c str>) -> String {
    format!("say one of: {}", codes.collect::<Vec<_>>().join(", "))
}

impl Slice {
    /// The position that it is asked as of, if it is one.
    pub(super) fn position(&self) -> Option<Position> {
        self.as_of.and_then(|moment| moment.end().ok())
    }

    /// The instant that it is asked as of: of a position, when its event happened.
    async fn instant(&self, connection: &Connection) -> Result<DateTime<Utc>, Failure> {
        let Some(moment) = self.as_of else { return Ok(Utc::now()) };
        let log = connection.log().await?;
        match moment.reached(&log).await?.end() {
            Err(instant) => Ok(instant),
            Ok(position) => {
                let gone = || Failure::new(format!("the event at position {position} is missing; run verify"));
                Ok(log.event_at(position).await?.ok_or_else(gone)?.happened_at)
            }
        }
    }

    /// What was asked for, as the measures take it.
    pub(super) async fn filter(&self, connection: &Connection) -> Result<Filter, Failure> {
        let as_of = self.instant(connection).await?;
        Ok(Filter {
            cohort: self.cohort,
            lead_provider: self.lead_provider.clone(),
            delivery_partner: self.delivery_partner.clone(),
            reason: self.mistake_reason,
            local_authority: self.local_authority.clone(),
            trust: self.trust.clone(),
            channel: self.channel.clone(),
            week: self.week,
            training_provider: self.training_provider.clone(),
            route: self.route,
            award: self.award,
            academic_year: self.academic_year,
            from: self.from,
            to: self.to,
            as_of,
        })
    }
}
