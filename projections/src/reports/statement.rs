//! The statement of a measure, put together from constants alone: its facts, narrowed by the filter, with their keys.

use super::{Dimension, Filter, Measure, filter::numbered, measure::About, recruited::RECRUITED};

/// The partnerships whose delivery partner had been changed by then.
macro_rules! changed {
    () => {
        "(select partnership_id from rounds where round > 1 and started_at <= @as_of)"
    };
}

/// Stands in statements for whether rounds are counted.
const BY_ROUNDS: &str = "@by_rounds";

/// A slice of a measure: its filter, and the dimensions its keys are of.
#[derive(Clone, Copy)]
pub(super) struct Slice<'s> {
    pub(super) measure: &'static Measure,
    pub(super) filter: &'s Filter,
    pub(super) by: &'s [Dimension],
    of: Partnerships,
}

/// Which partnerships a slice is of, by whether their delivery partner had been changed by then.
#[derive(Clone, Copy)]
enum Partnerships {
    All,
    Changed,
    Unchanged,
}

impl Partnerships {
    fn condition(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            // They are few: as an array they are looked up in the index, one by one.
            Self::Changed => Some(concat!("facts.partnership_id = any (array", changed!(), ")")),
            Self::Unchanged => Some(concat!("(facts.partnership_id in ", changed!(), ") is not true")),
        }
    }
}

impl<'s> Slice<'s> {
    pub(super) fn new(measure: &'static Measure, filter: &'s Filter, by: &'s [Dimension]) -> Self {
        Self { measure, filter, by, of: Partnerships::All }
    }

    /// The same slice, split by nothing.
    pub(super) fn whole(self) -> Self {
        Self { by: &[], ..self }
    }

    /// Only partnerships whose delivery partner had been changed by then.
    pub(super) fn of_changed(self) -> Self {
        Self { of: Partnerships::Changed, ..self }
    }

    /// Only those whose had not; they count the same by rounds and by recruitments.
    pub(super) fn of_unchanged(self) -> Self {
        Self { of: Partnerships::Unchanged, ..self }
    }

    /// Whether rounds are counted instead of recruitments: a delivery partner has its rounds. Facts that are no
    /// recruitments are the same either way.
    pub(super) fn by_rounds(&self) -> bool {
        let asked = self.filter.delivery_partner.is_some() || self.by.contains(&Dimension::DeliveryPartner);
        asked
            && ["from recruited", BY_ROUNDS].iter().any(|of_recruitments| self.measure.facts.contains(of_recruitments))
    }

    /// Which acts count, where a reason narrows single counts; empty if every one does.
    pub(super) fn acts(&self) -> &'static str {
        if self.filter.reason.is_some() { "reason = @reason" } else { "" }
    }

    /// A statement over `chosen`, the facts of the slice with their keys `key_1`, `key_2` and so on.
    pub(super) fn over_chosen(&self, question: &str) -> String {
        let recruited = match self.measure.about {
            About::Recruitment => format!("recruited as not materialized ({RECRUITED}), "),
            About::Trainees => String::new(),
        };
        let (facts, chosen) = (self.measure.facts, self.chosen());
        let sql = format!(
            "with {recruited}facts as not materialized ({facts}), chosen as not materialized ({chosen}) {question}"
        );
        let rounds = if self.by_rounds() { "true" } else { "false" };
        numbered(&sql.replace(BY_ROUNDS, rounds))
    }

    fn chosen(&self) -> String {
        let keys: String = self.by.iter().zip(1..).map(|(dimension, at)| key(*dimension, at)).collect();
        let (columns, place) = if self.is_placed() { (", place.trust, place.la_code", PLACE) } else { ("", "") };
        let conditions = self.conditions().join(" and ");
        let narrowed = if conditions.is_empty() { String::new() } else { format!(" where {conditions}") };
        format!("select facts.*{columns}{keys} from facts{place}{narrowed}")
    }

    fn is_placed(&self) -> bool {
        let narrowed = self.filter.narrowed();
        self.measure.placed || self.by.iter().chain(&narrowed).any(|dimension| dimension.needs_place())
    }

    fn conditions(&self) -> Vec<&'static str> {
        let mut conditions: Vec<_> = self.filter.narrowed().into_iter().filter_map(Filter::condition).collect();
        conditions.extend(self.filter.from.map(|_| "facts.day >= @from"));
        conditions.extend(self.filter.to.map(|_| "facts.day <= @to"));
        conditions.extend(self.of.condition());
        conditions
    }
}

/// Properties of counted acts stay empty where there is none; everything else is known or `unknown`.
fn key(dimension: Dimension, at: usize) -> String {
    let column = dimension.column();
    let column = if dimension.is_of_the_act() { column } else { format!("coalesce({column}, 'unknown')") };
    format!(r#", {column} collate "C" as key_{at}"#)
}

const PLACE: &str = " left join school_places place on place.school_urn = facts.school_urn
    and place.since_position <= facts.recruited_position
    and (place.until_position is null or place.until_position > facts.recruited_position)";
