//! The columns of the file: their headings, the older names that are still taken, and their order.

use crate::spelling::without_case;

/// A column that means something; every other is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// Teacher reference number.
    Trn,
    /// The provider's own number.
    ProviderTraineeId,
    /// HESA's number.
    HesaId,
    /// First names.
    FirstNames,
    /// Last names.
    LastNames,
    /// School-side partner.
    TrainingPartner,
    /// QTS or EYTS.
    Award,
    /// Route, by its label.
    Route,
    /// Phase of education.
    Phase,
    /// Age range.
    AgeRange,
    /// Subjects.
    Subject,
    /// The day on which the standards were met.
    Date,
}

impl Column {
    /// In the order of the prepopulated file.
    pub const ALL: [Self; 12] = [
        Self::Trn,
        Self::ProviderTraineeId,
        Self::HesaId,
        Self::FirstNames,
        Self::LastNames,
        Self::TrainingPartner,
        Self::Award,
        Self::Route,
        Self::Phase,
        Self::AgeRange,
        Self::Subject,
        Self::Date,
    ];

    /// Those by which a trainee is found, in the order in which they are tried.
    pub const IDS: [Self; 3] = [Self::Trn, Self::HesaId, Self::ProviderTraineeId];

    /// The order in which columns are compared with the record.
    pub const COMPARED: [Self; 11] = [
        Self::Trn,
        Self::HesaId,
        Self::ProviderTraineeId,
        Self::FirstNames,
        Self::LastNames,
        Self::TrainingPartner,
        Self::Award,
        Self::Route,
        Self::Phase,
        Self::AgeRange,
        Self::Subject,
    ];

    /// The heading in files that are given out.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Trn => "TRN",
            Self::ProviderTraineeId => "Provider trainee ID",
            Self::HesaId => "HESA ID",
            Self::FirstNames => "First names",
            Self::LastNames => "Last names",
            Self::TrainingPartner => "Training partner",
            Self::Award => "QTS or EYTS",
            Self::Route => "Route",
            Self::Phase => "Phase",
            Self::AgeRange => "Age range",
            Self::Subject => "Subject",
            Self::Date => "Date QTS or EYTS requirements met",
        }
    }

    /// The column of a heading, whatever its case, also by a name that it once had.
    pub fn of(heading: &str) -> Option<Self> {
        let heading = without_case(&heading.replace('\u{feff}', ""));
        let known = Self::ALL.into_iter().find(|column| without_case(column.heading()) == heading);
        known.or(match heading.as_str() {
            "lead school" | "lead partner" => Some(Self::TrainingPartner),
            "date" | "date qts or eyts standards met" => Some(Self::Date),
            _ => None,
        })
    }

    /// The column's word in codes: `first_names`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Trn => "trn",
            Self::ProviderTraineeId => "provider_trainee_id",
            Self::HesaId => "hesa_id",
            Self::FirstNames => "first_names",
            Self::LastNames => "last_names",
            Self::TrainingPartner => "training_partner",
            Self::Award => "award",
            Self::Route => "route",
            Self::Phase => "phase",
            Self::AgeRange => "age_range",
            Self::Subject => "subject",
            Self::Date => "date",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_any_case_and_by_their_older_names() {
        for (heading, column) in [
            ("\u{feff} trn ", Column::Trn),
            ("HESA id", Column::HesaId),
            ("LEAD SCHOOL", Column::TrainingPartner),
            ("Lead partner", Column::TrainingPartner),
            ("date QTS or  EYTS requirements met", Column::Date),
            ("Date", Column::Date),
        ] {
            assert_eq!(Column::of(heading), Some(column), "{heading}");
        }
        assert_eq!(Column::of("Notes"), None);
    }
}
