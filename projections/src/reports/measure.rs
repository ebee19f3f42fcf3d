//! A measure of DOMAIN 5: what it counts, by what it can be split, and where its facts come from. Asking it and asking
//! what is behind a figure go through the same facts, so that a list is as long as its figure.

use sqlx::PgPool;

use super::{
    Cell, Dimension, Evidence, Filter, Table, answer, explain,
    figure::{Figure, Kind},
    session,
    statement::Slice,
};
use crate::{Views, fault::ViewFault};

/// What the facts of a measure are about; it decides which columns they have beside their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Recruitments. Facts have the columns `unit, id, partnership_id, school_urn, cohort, lead_provider_id,
    /// delivery_partner_id, channel, day, week, recruited_position, reason, positions`.
    Recruitment,
    /// Trainees. Facts have the columns `unit, id, trainee_id, provider, route, award, academic_year, day, week,
    /// positions`.
    Trainees,
}

/// A measure.
#[derive(Debug)]
pub struct Measure {
    /// Its number in DOMAIN 5.
    pub number: u8,
    /// Its name in commands and addresses: `report_rate`.
    pub name: &'static str,
    /// Its title for people.
    pub title: &'static str,
    /// What exactly it counts.
    pub definition: &'static str,
    /// Whose day it is that a period is asked of: "of the recruitment".
    pub day: &'static str,
    /// The dimensions it can be sliced and split by.
    pub dimensions: &'static [Dimension],
    /// How it is split when nobody says.
    pub usual: &'static [Dimension],
    /// Its figures, in the order of the columns.
    pub figures: &'static [Figure],
    /// What its facts are about.
    pub about: About,
    /// A query of facts; it may read `recruited` where it is about recruitment.
    pub(super) facts: &'static str,
    /// Whether its figures need the school's place in the register.
    pub(super) placed: bool,
}

/// A cell of a measure's table: its figure, and the keys of its row, one for each dimension the table is split by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellOf {
    /// The name of the figure.
    pub figure: String,
    /// The keys of the row; empty for the whole slice.
    pub keys: Vec<String>,
}

impl Measure {
    /// Asks the live views, or those of a scratch schema. Split by no dimension, only the total is told.
    pub async fn run(
        &'static self,
        pool: &PgPool,
        scratch: Option<&str>,
        (filter, by): (&Filter, &[Dimension]),
    ) -> Result<Table, ViewFault> {
        self.check(filter, by)?;
        let path = session::search_path(scratch)?;
        let (pool, filter, by) = (pool.clone(), filter.clone(), by.to_vec());
        // In a task of its own: a caller that goes away must not leave a transaction half open in the pool.
        let answer = tokio::spawn(async move {
            let mut transaction = session::begin(&pool, &path).await?;
            filter.check(&mut transaction).await?;
            let table = answer::answer(&mut transaction, self, (&filter, &by)).await?;
            session::end(transaction).await.map(|()| table)
        });
        answer.await.expect("a measure does not panic")
    }

    /// What is behind a cell: as many rows as its count, or as the part of its rate.
    pub async fn explain(
        &'static self,
        pool: &PgPool,
        scratch: Option<&str>,
        (filter, by, cell): (&Filter, &[Dimension], &CellOf),
    ) -> Result<Vec<Evidence>, ViewFault> {
        self.check(filter, by)?;
        let path = session::search_path(scratch)?;
        let (pool, filter, by, cell) = (pool.clone(), filter.clone(), by.to_vec(), cell.clone());
        let answer = tokio::spawn(async move {
            let mut transaction = session::begin(&pool, &path).await?;
            filter.check(&mut transaction).await?;
            let list = explain::explain(&mut transaction, self, (&filter, &by, &cell)).await?;
            session::end(transaction).await.map(|()| list)
        });
        answer.await.expect("an explanation does not panic")
    }

    /// Some figures of a row of the live views, by its keys, without a look at the rows beside it; without keys, of the
    /// whole slice.
    pub async fn row(
        &'static self,
        pool: &PgPool,
        (filter, by): (&Filter, &[Dimension]),
        (keys, figures): (&[String], &[&'static Figure]),
    ) -> Result<Vec<Cell>, ViewFault> {
        self.check(filter, by)?;
        let path = session::search_path(None)?;
        let (pool, filter, keys, figures) = (pool.clone(), filter.clone(), keys.to_vec(), figures.to_vec());
        let by = if keys.is_empty() { Vec::new() } else { by.to_vec() };
        let answer = tokio::spawn(async move {
            let mut transaction = session::begin(&pool, &path).await?;
            filter.check(&mut transaction).await?;
            let slice = Slice::new(self, &filter, &by);
            let cells = answer::row(&mut transaction, slice, (&keys, &figures)).await?;
            session::end(transaction).await.map(|()| cells)
        });
        answer.await.expect("a row does not panic")
    }

    /// Refuses dimensions that the measure does not have.
    pub(super) fn check(&self, filter: &Filter, by: &[Dimension]) -> Result<(), ViewFault> {
        filter.check_dimensions((self.name, self.dimensions), by)
    }

    /// Whether a figure counts things one by one, so that they can be listed.
    pub fn is_listed(&self, figure: &str) -> bool {
        self.figure(figure).is_some_and(|figure| figure.kind.is_listed())
    }

    /// Whether a figure is a count of its row, so that it adds up over rows.
    pub fn is_counted(&self, figure: &str) -> bool {
        self.figure(figure).is_some_and(|figure| figure.kind.is_listed() || figure.kind.is_sum())
    }

    /// Whether a figure is what others of its row are counted against.
    pub fn is_whole(&self, figure: &str) -> bool {
        self.figure(figure).is_some_and(|figure| figure.kind.is_whole() && self.is_counted(figure.name))
    }

    /// Whether a figure sums up the rows before it too.
    pub fn is_running(&self, figure: &str) -> bool {
        self.figure(figure).is_some_and(|figure| matches!(figure.kind, Kind::Running { .. }))
    }

    /// The column that all its counts go by, if they go by one: where they do, its values are counted first.
    pub(super) fn counted_first(&self) -> Option<&'static str> {
        self.dimensions.contains(&Dimension::Status).then_some("status")
    }

    /// The figures that the database is asked for to tell one: itself, or what it follows from.
    pub(super) fn asked_for(&self, figure: &'static Figure) -> Vec<&'static Figure> {
        match figure.kind {
            Kind::Running { of } | Kind::AtLeast { of, .. } => self.figure(of).into_iter().collect(),
            Kind::Rate { .. } | Kind::Ratio { .. } => {
                self.counted_against(figure.name).into_iter().flat_map(|(part, whole)| [part, whole]).collect()
            }
            _ => vec![figure],
        }
    }

    /// The figure of a name.
    pub fn figure(&self, name: &str) -> Option<&'static Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }
}

impl Views {
    /// A measure of the live views.
    pub async fn measure(&self, measure: &'static Measure, asked: (&Filter, &[Dimension])) -> Result<Table, ViewFault> {
        measure.run(&self.pool, None, asked).await
    }

    /// Some figures of a row of a measure of the live views.
    pub async fn measure_row(
        &self,
        measure: &'static Measure,
        asked: (&Filter, &[Dimension]),
        of: (&[String], &[&'static Figure]),
    ) -> Result<Vec<Cell>, ViewFault> {
        measure.row(&self.pool, asked, of).await
    }

    /// What is behind a cell of a measure of the live views.
    pub async fn explain(
        &self,
        measure: &'static Measure,
        asked: (&Filter, &[Dimension], &CellOf),
    ) -> Result<Vec<Evidence>, ViewFault> {
        measure.explain(&self.pool, None, asked).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::MEASURES;

    #[test]
    fn what_is_counted_first_has_nothing_but_counts_that_go_by_it() {
        for measure in MEASURES {
            let Some(column) = measure.counted_first() else { continue };
            for figure in measure.figures.iter().filter(|figure| figure.kind.is_asked()) {
                let Kind::Count { of, .. } = figure.kind else { panic!("{} of {}", figure.name, measure.name) };
                assert!(of == "true" || of.starts_with(column), "{} of {}", figure.name, measure.name);
            }
            assert!(!measure.dimensions.contains(&Dimension::Reason), "a reason would narrow single counts");
        }
    }
}
