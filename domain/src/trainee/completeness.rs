//! Which sections of a record are missing: for a TRN, and for a recommendation.
//! A TRN needs the sections that identify trainee and course. Degrees and placements come later: they are asked for
//! only when recommending, with codes of their own (DOMAIN 4.5).

use super::record::Record;
use crate::policies::routes::route_policy;

const EXPECTED_END: &str = "expected end date";

/// The sections that a TRN needs and that are missing, as people call them.
pub(super) fn missing_for_trn(record: &Record) -> Vec<&'static str> {
    let person = &record.person;
    let training = &record.training;
    let sections = [
        ("date of birth", person.date_of_birth.is_some()),
        ("provider trainee id", person.provider_trainee_id.is_some()),
        ("age range", training.age_range.is_some()),
        ("subjects", !training.subjects.is_empty()),
        ("ITT start date", training.itt_start_date.is_some()),
        (EXPECTED_END, training.expected_end_date.is_some()),
    ];
    sections.into_iter().filter_map(|(section, known)| (!known).then_some(section)).collect()
}

/// What a recommendation needs and lacks; the course has begun.
pub(super) struct Missing {
    /// Sections, as people call them.
    pub(super) sections: Vec<&'static str>,
    /// The degree that the route needs.
    pub(super) degree: bool,
    /// How many placements the route needs and how many there are, if too few.
    pub(super) placements: Option<(usize, usize)>,
}

impl Missing {
    /// What the record lacks.
    pub(super) fn of(record: &Record) -> Self {
        let policy = route_policy(record.training.route);
        // The end that was expected says nothing of whoever has got there; a record may have none.
        let mut sections: Vec<_> = missing_for_trn(record).into_iter().filter(|it| *it != EXPECTED_END).collect();
        if record.training.trainee_start_date.is_none() {
            sections.push("trainee start date");
        }
        let (needed, recorded) = (policy.placements.least(), record.training.placements.len());
        Self {
            sections,
            degree: policy.degree_needed && record.training.degrees.is_empty(),
            placements: (recorded < needed).then_some((needed, recorded)),
        }
    }

    /// Everything that is missing, in words.
    pub(super) fn shown(&self) -> String {
        let degree = self.degree.then(|| "a degree".to_owned());
        let placements = self
            .placements
            .map(|(needed, recorded)| format!("placements (the route needs {needed}, {recorded} recorded)"));
        let sections = self.sections.iter().map(|section| (*section).to_owned());
        sections.chain(degree).chain(placements).collect::<Vec<_>>().join(", ")
    }
}
