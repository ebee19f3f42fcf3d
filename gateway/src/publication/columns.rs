//! The columns of a publication: where and when, the filters, the indicators; and the file that describes them.

use projections::reports::{ColumnKind, Dimension, Measure, Table};

use crate::formula::harmless;

/// Where and when, the same in every publication.
const OBSERVED: [&str; 5] = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name"];
/// The columns of the description.
const META: [&str; 8] = [
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
];

/// Filters and indicators.
pub(super) struct Columns {
    filters: Vec<Dimension>,
    pub(super) indicators: Vec<Indicator>,
    grouping: &'static str,
}

/// A figure that is published.
pub(super) struct Indicator {
    pub(super) name: &'static str,
    title: &'static str,
    decimals: u8,
}

impl Columns {
    /// The numbers of a measure; sums so far and flags are left out, as they say nothing of one row.
    pub(super) fn of(measure: &'static Measure, by: &[Dimension], table: &Table) -> Self {
        let indicator = |figure: &'static projections::reports::Figure| {
            let kind = table.columns.iter().find(|column| column.name == figure.name)?.kind;
            let decimals = match kind {
                ColumnKind::Count => 0,
                ColumnKind::Decimal => 1,
                ColumnKind::Ratio => 2,
                _ => return None,
            };
            (!measure.is_running(figure.name)).then_some(Indicator { name: figure.name, title: figure.title, decimals })
        };
        let indicators = measure.figures.iter().filter_map(indicator).collect();
        Self { filters: by.to_vec(), indicators, grouping: measure.title }
    }

    /// The names of all columns of the figures' file.
    pub(super) fn names(&self) -> Vec<&str> {
        let filters = self.filters.iter().map(|dimension| dimension.name());
        let indicators = self.indicators.iter().map(|indicator| indicator.name);
        OBSERVED.into_iter().chain(filters).chain(indicators).collect()
    }

    /// The file that describes filters and indicators, one to a row.
    pub(super) fn meta(&self) -> String {
        let filter = |dimension: &Dimension| {
            let hint = format!("Filter by {}", dimension.title().to_lowercase());
            [dimension.name(), "Filter", dimension.title(), "", "", "", &hint, ""].map(str::to_owned)
        };
        let indicator = |it: &Indicator| {
            let unit = if it.title.starts_with('%') { "%" } else { "" };
            let decimals = it.decimals.to_string();
            [it.name, "Indicator", it.title, self.grouping, unit, &decimals, "", ""].map(str::to_owned)
        };
        let rows = self.filters.iter().map(filter).chain(self.indicators.iter().map(indicator));
        csv(&META, rows.map(|row| row.to_vec()))
    }
}

/// Comma separated values, no cell of which runs.
pub(super) fn csv(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    let harmless = |row: Vec<String>| row.iter().map(|cell| harmless(cell)).collect::<Vec<_>>();
    let written =
        writer.write_record(headings).and_then(|()| rows.map(harmless).try_for_each(|row| writer.write_record(row)));
    written.expect("rows are as long as the headings and memory takes every byte");
    String::from_utf8(writer.into_inner().expect("memory takes every byte")).expect("written from text")
}
