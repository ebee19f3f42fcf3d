//! What to count: a slice by any dimension, a period, and the instant whose knowledge counts.

use chrono::{DateTime, NaiveDate, Utc};
use events_schema::{
    codes::{AwardType, MistakeReason, Route},
    ids::{Cohort, DeliveryPartnerId, LeadProviderId, TrainingProviderCode},
};
use sqlx::PgConnection;

use super::Dimension;
use crate::{
    fault::{During, ViewFault},
    row::Statement,
    time::{london_day, monday},
};

/// The day, if a week begins on it.
pub fn week_from(day: NaiveDate) -> Result<NaiveDate, ViewFault> {
    let monday = monday(day);
    if day == monday { Ok(day) } else { Err(ViewFault::NoMonday { day, monday }) }
}

/// What to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Only this cohort.
    pub cohort: Option<Cohort>,
    /// Only this lead provider.
    pub lead_provider: Option<LeadProviderId>,
    /// Only this delivery partner: each round it had counts.
    pub delivery_partner: Option<DeliveryPartnerId>,
    /// Only acts with this reason; what they are counted against is not narrowed.
    pub reason: Option<MistakeReason>,
    /// Only schools that were in this local authority, by its code; `unknown` for those in none.
    pub local_authority: Option<String>,
    /// Only schools that were in this trust, by its name; `unknown` for those in none that is known.
    pub trust: Option<String>,
    /// Only what came in by this way: `csv`, `api`, `nats`, `screen` or `system`.
    pub channel: Option<String>,
    /// Only the week from this Monday.
    pub week: Option<NaiveDate>,
    /// Only this training provider.
    pub training_provider: Option<TrainingProviderCode>,
    /// Only this training route.
    pub route: Option<Route>,
    /// Only QTS or only EYTS.
    pub award: Option<AwardType>,
    /// Only the academic year that starts in this year.
    pub academic_year: Option<i32>,
    /// Only days from this one, Europe/London.
    pub from: Option<NaiveDate>,
    /// Only days up to this one, Europe/London.
    pub to: Option<NaiveDate>,
    /// Only what had happened by this instant (UTC); what could still change then is provisional.
    pub as_of: DateTime<Utc>,
}

impl Filter {
    /// Everything, as of an instant.
    pub fn everything(as_of: DateTime<Utc>) -> Self {
        Self {
            cohort: None,
            lead_provider: None,
            delivery_partner: None,
            reason: None,
            local_authority: None,
            trust: None,
            channel: None,
            week: None,
            training_provider: None,
            route: None,
            award: None,
            academic_year: None,
            from: None,
            to: None,
            as_of,
        }
    }

    /// The dimensions that it narrows.
    pub fn narrowed(&self) -> Vec<Dimension> {
        self.keys().into_iter().map(|(dimension, _)| dimension).collect()
    }

    /// The dimensions that it narrows, each with the key it is narrowed to.
    pub fn keys(&self) -> Vec<(Dimension, String)> {
        let key = |dimension: &Dimension| self.key(*dimension).map(|key| (*dimension, key));
        Dimension::ALL.iter().filter_map(key).collect()
    }

    fn key(&self, dimension: Dimension) -> Option<String> {
        match dimension {
            Dimension::Cohort => self.cohort.map(|cohort| cohort.year().to_string()),
            Dimension::LeadProvider => self.lead_provider.as_ref().map(ToString::to_string),
            Dimension::DeliveryPartner => self.delivery_partner.as_ref().map(ToString::to_string),
            Dimension::Reason => self.reason.map(|reason| reason.code().to_owned()),
            Dimension::LocalAuthority => self.local_authority.clone(),
            Dimension::Trust => self.trust.clone(),
            Dimension::Channel => self.channel.clone(),
            Dimension::Week => self.week.map(|monday| monday.to_string()),
            Dimension::TrainingProvider => self.training_provider.as_ref().map(ToString::to_string),
            Dimension::Route => self.route.map(|route| route.code().to_owned()),
            Dimension::Award => self.award.map(|award| award.code().to_owned()),
            Dimension::AcademicYear => self.academic_year.map(|year| year.to_string()),
            _ => None,
        }
    }

    /// The condition of a dimension that narrows by rows; reasons narrow single counts instead.
    pub(super) fn condition(dimension: Dimension) -> Option<&'static str> {
        Some(match dimension {
            Dimension::Cohort => "facts.cohort = @cohort",
            Dimension::LeadProvider => "facts.lead_provider_id = @lead_provider",
            Dimension::DeliveryPartner => "facts.delivery_partner_id = @delivery_partner",
            Dimension::LocalAuthority => "coalesce(place.la_code, 'unknown') = @local_authority",
            Dimension::Trust => "coalesce(place.trust, 'unknown') = @trust",
            Dimension::Channel => "facts.channel = @channel",
            Dimension::Week => "facts.week = @week",
            Dimension::TrainingProvider => "facts.provider = @training_provider",
            Dimension::Route => "facts.route = @route",
            Dimension::Award => "facts.award = @award",
            Dimension::AcademicYear => "facts.academic_year = @academic_year",
            _ => return None,
        })
    }

    /// Binds every parameter, in the order of [`PARAMETERS`].
    pub(super) fn bind<'q>(&'q self, statement: Statement<'q>) -> Statement<'q> {
        self.bind_first(statement)
            .bind(self.reason.map(MistakeReason::code))
            .bind(self.local_authority.as_deref())
            .bind(self.trust.as_deref())
            .bind(self.channel.as_deref())
            .bind(self.week)
            .bind(self.training_provider.as_ref().map(TrainingProviderCode::as_str))
            .bind(self.route.map(Route::code))
            .bind(self.award.map(AwardType::code))
            .bind(self.academic_year)
            .bind(london_day(self.as_of))
    }

    /// Binds the first six, which are all that standing reports have.
    pub(super) fn bind_first<'q>(&'q self, statement: Statement<'q>) -> Statement<'q> {
        statement
            .bind(self.cohort.and_then(|cohort| i16::try_from(cohort.year()).ok()))
            .bind(self.lead_provider.as_ref().map(LeadProviderId::as_str))
            .bind(self.delivery_partner.as_ref().map(DeliveryPartnerId::as_str))
            .bind(self.from)
            .bind(self.to)
            .bind(self.as_of)
    }

    /// Refuses dimensions that a measure or report, by its name, does not have.
    pub(super) fn check_dimensions(
        &self,
        (measure, known): (&'static str, &[Dimension]),
        by: &[Dimension],
    ) -> Result<(), ViewFault> {
        let narrowed = self.narrowed();
        match narrowed.iter().chain(by).find(|dimension| !known.contains(dimension)) {
            Some(dimension) => Err(ViewFault::NoDimension {
                measure,
                dimension: dimension.name(),
                known: known.iter().map(|known| known.name()).collect::<Vec<_>>().join(", "),
            }),
            None => Ok(()),
        }
    }

    fn check_days(&self) -> Result<(), ViewFault> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return Err(ViewFault::DaysReversed { from, to });
        }
        self.week.map_or(Ok(()), |day| week_from(day).map(drop))
    }

    /// Refuses what would count nothing and look like an answer: days the wrong way round, a week by another day than
    /// its Monday, parties that nobody knows.
    pub(super) async fn check(&self, connection: &mut PgConnection) -> Result<(), ViewFault> {
        self.check_days()?;
        let known = sqlx::query_as(KNOWN)
            .persistent(false)
            .bind(self.lead_provider.as_ref().map(LeadProviderId::as_str))
            .bind(self.delivery_partner.as_ref().map(DeliveryPartnerId::as_str))
            .bind(self.training_provider.as_ref().map(TrainingProviderCode::as_str));
        let (lead, delivery, training): (bool, bool, bool) =
            known.fetch_one(connection).await.during("look up who a report is about")?;
        match (&self.lead_provider, &self.delivery_partner, &self.training_provider) {
            (Some(id), ..) if !lead => Err(ViewFault::NotKnown { what: "lead provider", id: id.to_string() }),
            (_, Some(id), _) if !delivery => Err(ViewFault::NotKnown { what: "delivery partner", id: id.to_string() }),
            (.., Some(id)) if !training => Err(ViewFault::NotKnown { what: "training provider", id: id.to_string() }),
            _ => Ok(()),
        }
    }
}

/// The names that statements use, each with its number and type. `today` is the local day of `as_of`.
const PARAMETERS: &[(&str, &str)] = &[
    ("cohort", "$1::smallint"),
    ("lead_provider", "$2::text"),
    ("delivery_partner", "$3::text"),
    ("from", "$4::date"),
    ("to", "$5::date"),
    ("as_of", "$6::timestamptz"),
    ("reason", "$7::text"),
    ("local_authority", "$8::text"),
    ("trust", "$9::text"),
    ("channel", "$10::text"),
    ("week", "$11::date"),
    ("training_provider", "$12::text"),
    ("route", "$13::text"),
    ("award", "$14::text"),
    ("academic_year", "$15::integer"),
    ("today", "$16::date"),
];

/// How many parameters every statement has.
pub(super) const COUNT: usize = PARAMETERS.len();

/// A statement with its names (`@as_of`) replaced by numbered parameters. Nothing but our own constants goes in.
pub(super) fn numbered(sql: &str) -> String {
    let mut parts = sql.split('@');
    let mut numbered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_').unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let (_, parameter) =
            PARAMETERS.iter().find(|(known, _)| *known == name).expect("statements use known names alone");
        numbered.push_str(parameter);
        numbered.push_str(rest);
    }
    numbered
}

/// Who is known: from reference data, or from a recruitment.
const KNOWN: &str = "select
    $1 is null or exists (select from lead_providers where lead_provider_id = $1)
        or exists (select from rounds where lead_provider_id = $1),
    $2 is null or exists (select from delivery_partners where delivery_partner_id = $2)
        or exists (select from rounds where delivery_partner_id = $2),
    $3 is null or exists (select from training_providers where code = $3)
        or exists (select from trainee_acts where provider = $3)
        or exists (select from refused_trainee_commands where provider = $3)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_numbered_parameters() {
        assert_eq!(numbered("a <= @as_of and b = @to"), "a <= $6::timestamptz and b = $5::date");
        assert_eq!(numbered("select 1"), "select 1");
    }
}
