//! Signals that a person should look at (MI): where a count stands out further than chance would take it. A signal says
//! nothing about why. Every kind names its test and how often it would be raised for nothing.

mod notices;
mod rates;
mod reasons;
mod statistics;

use chrono::{DateTime, Days, NaiveDate, Utc};
use events_schema::ids::{DeliveryPartnerId, LeadProviderId};
use serde::Serialize;
use sqlx::PgPool;

use self::statistics::{Chance, benjamini_hochberg};
use super::{Dimension, Filter};
use crate::{Views, fault::ViewFault, time::london_day};

/// Version of the limits below; other limits are another version.
const VERSION: u16 = 1;
/// A comparison stands out if its adjusted p-value is at most this.
const LEVEL: f64 = 0.05;
/// Fewer marked things than this are never a signal.
const LEAST: u32 = 3;
/// Where nobody says which cohort or period, so many days back.
const LOOK_BACK: Days = Days::new(365);

/// What was compared, and what stands out.
#[derive(Debug, Clone, Serialize)]
pub struct Signals {
    /// Version of the limits from which on something stands out.
    pub policy_version: u16,
    /// By whose knowledge (UTC).
    pub as_of: DateTime<Utc>,
    /// How each kind was looked for, found or not.
    pub methods: Vec<SignalMethod>,
    /// What stands out, the least likely by chance first.
    pub signals: Vec<Signal>,
}

/// How a kind of signal is looked for.
#[derive(Debug, Clone, Serialize)]
pub struct SignalMethod {
    /// The kind.
    pub kind: SignalKind,
    /// Its title for people.
    pub title: &'static str,
    /// What is compared with what, by which test, and its false-alarm rate.
    pub test: &'static str,
    /// How many comparisons were made.
    pub compared: usize,
    /// How many of them stand out.
    pub standing_out: usize,
}

/// Kinds of signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// A lead provider with more reports than chance would give it.
    ProviderRate,
    /// The same of a lead provider with a delivery partner.
    PairingRate,
    /// A reason that schools give more often than before.
    ReasonGrows,
    /// Notices that do not arrive.
    NoticesNotArriving,
}

/// Something that stands out.
#[derive(Debug, Clone, Serialize)]
pub struct Signal {
    /// Its kind.
    pub kind: SignalKind,
    /// What it is about: dimension, key, name.
    pub about: Vec<(Dimension, String, String)>,
    /// How many there are.
    pub observed: i64,
    /// Of how many.
    pub out_of: i64,
    /// How many chance alone would make it, to one decimal.
    pub expected: f64,
    /// How probable so many or more are by chance alone.
    pub p_value: f64,
    /// The same after all comparisons of the kind (Benjamini and Hochberg).
    pub adjusted: f64,
    /// One sentence for people.
    pub sentence: String,
    /// The measure that shows it.
    pub measure: &'static str,
    /// The figure of that measure whose list is behind it.
    pub figure: &'static str,
    /// The slice in which to ask for that figure.
    #[serde(skip)]
    pub slice: Filter,
}

impl SignalKind {
    /// Its name: `provider_rate`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ProviderRate => "provider_rate",
            Self::PairingRate => "pairing_rate",
            Self::ReasonGrows => "reason_grows",
            Self::NoticesNotArriving => "notices_not_arriving",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::ProviderRate => "Lead providers with many reports",
            Self::PairingRate => "Lead provider and delivery partner with many reports",
            Self::ReasonGrows => "Reasons that grow",
            Self::NoticesNotArriving => "Notices that do not arrive",
        }
    }

    fn test(self) -> &'static str {
        match self {
            Self::ProviderRate => rates::PROVIDER_TEST,
            Self::PairingRate => rates::PAIRING_TEST,
            Self::ReasonGrows => reasons::TEST,
            Self::NoticesNotArriving => notices::TEST,
        }
    }
}

/// One comparison, before it is known whether it stands out.
struct Comparison {
    about: Vec<(Dimension, String, String)>,
    observed: u32,
    out_of: u32,
    chance: Chance,
    measure: &'static str,
    figure: &'static str,
    slice: Filter,
    /// What is counted, and against what: completes "Teach North: 12 of 100 .., where .. would be expected".
    counted: String,
}

/// Looks for every kind, in the live views or those of a scratch schema. Of the filter cohort, providers, period and
/// as-of count; providers narrow what is shown, never what it is compared with.
pub async fn signals(pool: &PgPool, scratch: Option<&str>, filter: &Filter) -> Result<Signals, ViewFault> {
    let asked = (pool, scratch);
    let compared = looked_back(filter);
    // Each waits for the database most of its time.
    let (by_provider, by_pairing, growing, not_arriving) = tokio::try_join!(
        rates::by_provider(asked, &compared),
        rates::by_pairing(asked, &compared),
        reasons::growing(asked, filter),
        notices::not_arriving(asked, &compared)
    )?;
    let found = [
        (SignalKind::ProviderRate, by_provider),
        (SignalKind::PairingRate, by_pairing),
        (SignalKind::ReasonGrows, growing),
        (SignalKind::NoticesNotArriving, not_arriving),
    ];
    let (mut methods, mut signals) = (Vec::new(), Vec::new());
    for (kind, comparisons) in found {
        let compared = comparisons.len();
        let standing_out: Vec<_> = judged(kind, comparisons).into_iter().filter(|it| it.is_of(filter)).collect();
        let (title, test) = (kind.title(), kind.test());
        methods.push(SignalMethod { kind, title, test, compared, standing_out: standing_out.len() });
        signals.extend(standing_out);
    }
    signals.sort_by(|one, other| one.adjusted.total_cmp(&other.adjusted));
    Ok(Signals { policy_version: VERSION, as_of: filter.as_of, methods, signals })
}

/// Everybody in the period and cohort asked for, or in the last year.
fn looked_back(filter: &Filter) -> Filter {
    let from = filter.from.or_else(|| match filter.cohort {
        None => Some(year_before(london_day(filter.as_of))),
        Some(_) => None,
    });
    Filter { cohort: filter.cohort, from, to: filter.to, ..Filter::everything(filter.as_of) }
}

fn year_before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(LOOK_BACK).unwrap_or(day)
}

/// The comparisons of one kind that stand out among each other.
fn judged(kind: SignalKind, comparisons: Vec<Comparison>) -> Vec<Signal> {
    let p_values: Vec<_> = comparisons.iter().map(|it| it.chance.at_least(it.observed)).collect();
    let adjusted = benjamini_hochberg(&p_values);
    let judged = comparisons.into_iter().zip(p_values).zip(adjusted);
    judged
        .filter(|((it, _), adjusted)| *adjusted <= LEVEL && it.observed >= LEAST)
        .map(|((it, p_value), adjusted)| it.signal(kind, (p_value, adjusted)))
        .collect()
}

impl Comparison {
    fn signal(self, kind: SignalKind, (p_value, adjusted): (f64, f64)) -> Signal {
        let expected = (self.chance.expected() * 10.0).round() / 10.0;
        let names: Vec<_> = self.about.iter().map(|(_, _, name)| name.as_str()).collect();
        let sentence = format!(
            "{}: {} of {} {}, where about {expected:.1} would be expected; chance alone gives so many in {}.",
            names.join(", "),
            self.observed,
            self.out_of,
            self.counted,
            odds(p_value)
        );
        Signal {
            kind,
            about: self.about,
            observed: self.observed.into(),
            out_of: self.out_of.into(),
            expected,
            p_value,
            adjusted,
            sentence,
            measure: self.measure,
            figure: self.figure,
            slice: self.slice,
        }
    }
}

/// "1 of 250 such comparisons".
fn odds(p_value: f64) -> String {
    if p_value < 1e-6 {
        "fewer than 1 of a million such comparisons".to_owned()
    } else {
        format!("1 of {:.0} such comparisons", (1.0 / p_value).floor())
    }
}

impl Signal {
    /// Whether it is about whom the filter names.
    fn is_of(&self, filter: &Filter) -> bool {
        let key = |dimension| self.about.iter().find(|it| it.0 == dimension).map(|(_, key, _)| key.as_str());
        let named = |asked: Option<&str>, dimension| asked.is_none_or(|asked| key(dimension) == Some(asked));
        named(filter.lead_provider.as_ref().map(LeadProviderId::as_str), Dimension::LeadProvider)
            && named(filter.delivery_partner.as_ref().map(DeliveryPartnerId::as_str), Dimension::DeliveryPartner)
    }
}

impl Views {
    /// The signals of the live views.
    pub async fn signals(&self, filter: &Filter) -> Result<Signals, ViewFault> {
        signals(&self.pool, None, filter).await
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng, rngs::StdRng};

    use super::{statistics::Layer, *};

    fn compared(observed: u32, layer: Layer) -> Comparison {
        Comparison {
            about: Vec::new(),
            observed,
            out_of: layer.own,
            chance: Chance::within(&[layer]),
            measure: "report_rate",
            figure: "reported",
            slice: Filter::everything(DateTime::UNIX_EPOCH),
            counted: "recruitments were reported".to_owned(),
        }
    }

    /// Seven providers of 200 recruitments each; one of them has this chance of a report, the others 2 of 100.
    fn year(rng: &mut StdRng, of_the_first: f64) -> Vec<Comparison> {
        let rates = [of_the_first, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02];
        let reported = rates.map(|rate| (0..200).map(|_| u32::from(rng.random_bool(rate))).sum::<u32>());
        let marked = reported.iter().sum();
        reported.map(|own| compared(own, Layer { all: 1400, marked, own: 200 })).into()
    }

    #[test]
    fn a_year_in_which_nobody_is_special_raises_an_alarm_at_most_once_in_twenty() {
        let mut rng = StdRng::seed_from_u64(20_211_122);
        let alarms = (0..2_000).filter(|_| !judged(SignalKind::ProviderRate, year(&mut rng, 0.02)).is_empty()).count();
        assert!(alarms <= 100, "{alarms} of 2000 quiet years raised an alarm");
    }

    #[test]
    fn a_provider_with_five_times_the_reports_is_found() {
        let mut rng = StdRng::seed_from_u64(20_211_122);
        let found = (0..200).filter(|_| !judged(SignalKind::ProviderRate, year(&mut rng, 0.1)).is_empty()).count();
        assert!(found >= 190, "{found} of 200");
    }

    #[test]
    fn a_small_provider_needs_a_higher_rate_than_a_large_one() {
        let alone = |observed, own| {
            judged(SignalKind::ProviderRate, vec![compared(observed, Layer { all: 20_000, marked: 400, own })])
        };
        assert!(alone(2, 2).is_empty(), "two of two are too few to tell");
        assert!(alone(3, 60).is_empty(), "5 per 100 of 60 is chance");
        let large = alone(100, 2_000);
        assert_eq!((large.len(), large[0].expected), (1, 40.0), "5 per 100 of 2,000 is not");
        assert!(
            large[0].sentence.contains("100 of 2000 recruitments were reported, where about 40.0 would be expected")
        );
    }
}
