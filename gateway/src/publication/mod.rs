//! A measure in the shape in which DfE publishes statistics (Explore Education Statistics): a tidy file of academic years
//! in England, and the file that describes its columns. Small numbers are left out.

mod columns;
mod rows;

use projections::{
    ViewFault,
    reports::{Dimension, Filter, Measure, Table},
};
use sqlx::PgPool;

use self::{columns::Columns, rows::Rows};

/// A measure is published by at most so many dimensions beside the academic year.
const MOST_FILTERS: usize = 2;

/// What is published: a measure, in a slice, by dimensions beside the academic year.
#[derive(Debug, Clone)]
pub struct Publication {
    measure: &'static Measure,
    year: Dimension,
    by: Vec<Dimension>,
}

/// The two files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The figures: a row for each academic year and filter.
    pub figures: String,
    /// Their description: a row for each filter and indicator.
    pub description: String,
    /// How many rows of figures.
    pub rows: usize,
}

/// A table of a measure by the year and some of the filters, small numbers left out.
struct Level {
    by: Vec<Dimension>,
    table: Table,
}

impl Publication {
    /// A measure by these dimensions; by its usual ones if nothing is said. Refused in a sentence.
    pub fn new(measure: &'static Measure, by: Option<&[Dimension]>) -> Result<Self, String> {
        let years = [Dimension::Cohort, Dimension::AcademicYear];
        let year = years.into_iter().find(|year| measure.dimensions.contains(year));
        let year = year.ok_or_else(|| format!("{} does not go by academic year", measure.name))?;
        let usual = measure.usual.iter().copied().filter(|dimension| !dimension.follows_time());
        let mut by = by.map_or_else(|| usual.collect(), <[_]>::to_vec);
        by.retain(|dimension| *dimension != year);
        if let Some(unknown) = by.iter().find(|dimension| !measure.dimensions.contains(dimension)) {
            return Err(format!("{} does not go by {}", measure.name, unknown.name()));
        }
        if by.len() > MOST_FILTERS {
            return Err(format!("a measure is published by at most {MOST_FILTERS} dimensions beside the year"));
        }
        Ok(Self { measure, year, by })
    }

    /// Counts, leaves small numbers out, and writes both files.
    pub async fn files(&self, pool: &PgPool, filter: &Filter) -> Result<Files, ViewFault> {
        let mut levels = Vec::new();
        for by in subsets(&self.by) {
            let split: Vec<_> = std::iter::once(self.year).chain(by.iter().copied()).collect();
            let table = self.measure.run(pool, None, (filter, &split)).await?;
            levels.push(Level { by, table });
        }
        Ok(self.written(levels))
    }

    fn written(&self, levels: Vec<Level>) -> Files {
        let columns = Columns::of(self.measure, &self.by, &levels[0].table);
        let rows = Rows::of(self, &columns, levels);
        Files { figures: rows.csv(&columns), description: columns.meta(), rows: rows.len() }
    }
}

/// Every part of the dimensions, the smallest first: what is hidden of a sum is hidden of what it sums.
fn subsets(by: &[Dimension]) -> Vec<Vec<Dimension>> {
    let taken = |mask: usize| by.iter().enumerate().filter(move |(at, _)| mask & (1 << at) != 0).map(|(_, it)| *it);
    let mut subsets: Vec<Vec<Dimension>> = (0..1 << by.len()).map(|mask| taken(mask).collect()).collect();
    subsets.sort_by_key(Vec::len);
    subsets
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
