//! Why a row is reported: a code that tests and counts rely on, and a sentence for whoever mends the file.

use chrono::NaiveDate;
use domain::policies::{dates::shown, state_labels::state_label};
use events_schema::codes::{AwardType, TraineeState};

use super::column::Column;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The TRN has not 7 digits.
    TrnShape,
    /// The HESA id has neither 13 nor 17 digits.
    HesaIdShape,
    /// Not written dd/mm/yyyy.
    DateFormat,
    /// No such day.
    DateInvalid,
    /// After today.
    DateInFuture,
    /// Before this day, 12 months ago.
    DateOver12Months(NaiveDate),
    /// Before this day, when the course began.
    DateBeforeIttStart(NaiveDate),
    /// The cell is not what the record says.
    Differs(Column),
    /// None of these ids is that of a trainee of the provider.
    TraineeNotFound(Vec<String>),
    /// Several trainees in training have the id in this column.
    SeveralWithTrnReceived(Column),
    /// Several trainees have the id in this column, and none is in training.
    SeveralNoneWithTrnReceived(Column),
    /// The trainee is in another state.
    WrongState(TraineeState, AwardType),
    /// The rules of a recommendation refuse it: code and sentence.
    Refused(&'static str, String),
}

impl Reason {
    /// Stable code.
    pub fn code(&self) -> String {
        match self {
            Self::TrnShape => "trn_shape".to_owned(),
            Self::HesaIdShape => "hesa_id_shape".to_owned(),
            Self::DateFormat => "date_format".to_owned(),
            Self::DateInvalid => "date_invalid".to_owned(),
            Self::DateInFuture => "date_in_future".to_owned(),
            Self::DateOver12Months(_) => "date_over_12_months".to_owned(),
            Self::DateBeforeIttStart(_) => "date_before_itt_start".to_owned(),
            Self::Differs(column) => format!("{}_differs", column.code()),
            Self::TraineeNotFound(_) => "trainee_not_found".to_owned(),
            Self::SeveralWithTrnReceived(_) => "several_with_trn_received".to_owned(),
            Self::SeveralNoneWithTrnReceived(_) => "several_none_with_trn_received".to_owned(),
            Self::WrongState(..) => "wrong_state".to_owned(),
            Self::Refused(code, _) => (*code).to_owned(),
        }
    }

    /// One sentence for people.
    pub fn message(&self) -> String {
        match self {
            Self::TrnShape => "TRN must be 7 digits, such as 1234567".to_owned(),
            Self::HesaIdShape => "HESA ID must be 13 or 17 digits".to_owned(),
            Self::DateFormat => "Date must be written as dd/mm/yyyy, such as 27/3/2026".to_owned(),
            Self::DateInvalid => "Date must be a real date".to_owned(),
            Self::DateInFuture => "Date must be today or in the past".to_owned(),
            Self::DateOver12Months(earliest) => format!(
                "Date must be on or after {}; recommend this trainee from their record instead",
                shown(*earliest)
            ),
            Self::DateBeforeIttStart(start) => {
                format!("Date must be on or after the ITT start date, {}", shown(*start))
            }
            Self::Differs(column) => format!("{} must match the trainee record", column.heading()),
            _ => self.about_the_trainee(),
        }
    }

    fn about_the_trainee(&self) -> String {
        match self {
            Self::TraineeNotFound(ids) if ids.is_empty() => {
                "No trainee is named: give a TRN, HESA ID or provider trainee ID".to_owned()
            }
            Self::TraineeNotFound(ids) => format!("None of your trainees has {}", ids.join(" or ")),
            Self::SeveralWithTrnReceived(column) => {
                format!(
                    "More than one trainee with a TRN has this {}: ask DfE support to sort it out",
                    column.heading()
                )
            }
            Self::SeveralNoneWithTrnReceived(column) => {
                format!("More than one trainee has this {}, and none has the status TRN received", column.heading())
            }
            Self::WrongState(state, award) => {
                format!("Trainee must have the status TRN received; their status is {}", state_label(*state, *award))
            }
            Self::Refused(_, message) => message.clone(),
            _ => String::new(),
        }
    }
}
