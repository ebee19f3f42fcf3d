//! Which trainee a row is about: ids are tried in their order until one finds somebody, and the shape of a value says
//! what kind of id it is, so that a provider's own number of 7 digits is taken for a TRN (DOMAIN 4.12).

use std::collections::HashMap;

use domain::trainee::{Record, Trainee};
use events_schema::{codes::TraineeState, personal::Personal};

use super::{
    column::Column,
    reason::Reason,
    sheet::{Sheet, SheetRow},
};
use crate::spelling::without_case;

/// What kind of id a value is, by its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    Trn,
    Hesa,
    Own,
}

/// A provider's own trainees by their ids; drafts are left out.
pub struct Trainees<'a> {
    by_id: HashMap<(Shape, String), Vec<&'a Trainee>>,
}

impl<'a> Trainees<'a> {
    /// Of all the trainees of one provider.
    pub fn new(trainees: impl Iterator<Item = &'a Trainee>) -> Self {
        let mut by_id: HashMap<_, Vec<_>> = HashMap::new();
        for (trainee, record) in trainees.filter_map(|trainee| Some((trainee, trainee.record.as_ref()?))) {
            if record.state != TraineeState::Draft {
                for id in ids(record) {
                    by_id.entry(id).or_default().push(trainee);
                }
            }
        }
        Self { by_id }
    }

    /// The one trainee in training with a TRN that a row is about, or why there is none.
    pub(super) fn find(&self, sheet: &Sheet, row: &SheetRow) -> Result<&'a Trainee, Reason> {
        let given = given(sheet, row);
        let found = given.iter().find_map(|(column, id)| Some((*column, self.by_id.get(&key(id))?)));
        let Some((column, found)) = found else {
            let ids = given.iter().map(|(column, id)| format!("{} {id}", column.heading())).collect();
            return Err(Reason::TraineeNotFound(ids));
        };
        one_in_training(column, found)
    }
}

/// The ids of a row in the order in which they are tried.
fn given<'r>(sheet: &Sheet, row: &'r SheetRow) -> Vec<(Column, &'r str)> {
    let cells = Column::IDS.into_iter().map(|column| (column, id_in(column, sheet.cell(row, column))));
    cells.filter(|(_, id)| !id.is_empty()).collect()
}

/// An id as it was meant; numbers may have a quote before or around them.
pub(super) fn id_in(column: Column, cell: &str) -> &str {
    if column == Column::ProviderTraineeId { cell } else { unquoted(cell) }
}

/// A number without the quotes that people and spreadsheets put before or around it, so that it is not rounded.
fn unquoted(number: &str) -> &str {
    number.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '\u{2018}' | '\u{2019}'))
}

fn one_in_training<'a>(column: Column, found: &[&'a Trainee]) -> Result<&'a Trainee, Reason> {
    let state = |trainee: &Trainee| trainee.record.as_ref().map(|record| (record.state, record.training.route));
    let in_training = |trainee: &&&Trainee| matches!(state(trainee), Some((TraineeState::TrnReceived, _)));
    let mut trn_received = found.iter().filter(in_training);
    match (trn_received.next(), trn_received.next()) {
        (Some(trainee), None) => Ok(trainee),
        (Some(_), Some(_)) => Err(Reason::SeveralWithTrnReceived(column)),
        (None, _) => Err(match found {
            [only] => state(only).map_or(Reason::SeveralNoneWithTrnReceived(column), |(state, route)| {
                Reason::WrongState(state, domain::policies::routes::route_policy(route).award)
            }),
            _ => Reason::SeveralNoneWithTrnReceived(column),
        }),
    }
}

fn ids(record: &Record) -> impl Iterator<Item = (Shape, String)> {
    let person = &record.person;
    let trn = record.trn.as_ref().and_then(Personal::value).map(|trn| (Shape::Trn, trn.as_str().to_owned()));
    let hesa = person.hesa_id.as_ref().and_then(Personal::value).map(|id| (Shape::Hesa, id.as_str().to_owned()));
    let own = person.provider_trainee_id.as_ref().and_then(Personal::value).map(|id| (Shape::Own, without_case(id)));
    [trn, hesa, own].into_iter().flatten()
}

fn key(id: &str) -> (Shape, String) {
    if is_trn(id) {
        (Shape::Trn, id.to_owned())
    } else if is_hesa_id(id) {
        (Shape::Hesa, id.to_owned())
    } else {
        (Shape::Own, without_case(id))
    }
}

/// 7 digits.
pub(super) fn is_trn(id: &str) -> bool {
    id.len() == 7 && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// 13 or 17 digits.
pub(super) fn is_hesa_id(id: &str) -> bool {
    matches!(id.len(), 13 | 17) && id.bytes().all(|byte| byte.is_ascii_digit())
}
