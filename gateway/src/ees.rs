//! Figures in the form of Explore Education Statistics: a tidy CSV file with its metadata file. Small counts are
//! suppressed, and where one alone could be worked out from the others, the next smallest with it.

use std::collections::BTreeMap;

/// The figure is confidential: it counts too few.
const CONFIDENTIAL: &str = "c";
/// There is no such figure, such as a rate of nothing.
const NOT_APPLICABLE: &str = "z";
/// A filter's value for all of it.
const TOTAL: &str = "Total";

/// Columns that every file begins with, and what stands in them where the figures are for England.
const GEOGRAPHY: [(&str, &str); 3] =
    [("geographic_level", "National"), ("country_code", "E92000001"), ("country_name", "England")];

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What the figures are split by.
    Filter,
    /// How many.
    Count,
    /// A rate, share or median, with so many decimal places; worked out from the counts of its row.
    Rate(u8),
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name: `lead_provider`.
    pub name: String,
    /// Its label for people.
    pub label: String,
    /// What it holds.
    pub role: Role,
}

/// A cell of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A filter's value; nothing is the total.
    Item(Option<String>),
    /// How many.
    Count(i64),
    /// A rate; nothing where there is none.
    Rate(Option<f64>),
}

/// A row: the academic year it is about, by the year it starts in, and a value for each column.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// 2025 for 2025 to 2026.
    pub academic_year: i64,
    /// The values, in the order of the columns.
    pub values: Vec<Value>,
}

/// Figures to be published.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Counts from one up to below this are suppressed.
    pub smallest: i64,
}

impl Publication {
    /// The file of figures.
    pub fn figures(&self) -> String {
        let hidden = self.hidden();
        let names = self.columns.iter().map(|column| column.name.clone());
        let fixed = ["time_period", "time_identifier"].into_iter().chain(GEOGRAPHY.map(|(name, _)| name));
        let heading = fixed.map(str::to_owned).chain(names).collect();
        let rows = self.rows.iter().zip(&hidden).map(|(row, hidden)| self.line(row, hidden));
        csv(std::iter::once(heading).chain(rows))
    }

    /// The file that says what each column of the figures is.
    pub fn metadata(&self) -> String {
        let heading = [
            "col_name",
            "col_type",
            "label",
            "indicator_grouping",
            "indicator_unit",
            "indicator_dp",
            "filter_hint",
            "filter_grouping_column",
        ];
        let line = |column: &Column| {
            let (kind, decimals) = match column.role {
                Role::Filter => ("Filter", String::new()),
                Role::Count => ("Indicator", "0".to_owned()),
                Role::Rate(decimals) => ("Indicator", decimals.to_string()),
            };
            let empty = String::new;
            vec![
                column.name.clone(),
                kind.to_owned(),
                column.label.clone(),
                empty(),
                empty(),
                decimals,
                empty(),
                empty(),
            ]
        };
        csv(std::iter::once(heading.map(str::to_owned).to_vec()).chain(self.columns.iter().map(line)))
    }

    fn line(&self, row: &Row, hidden: &[bool]) -> Vec<String> {
        let period = format!("{}{:02}", row.academic_year, (row.academic_year + 1) % 100);
        let fixed = [period, "Academic year".to_owned()].into_iter();
        let geography = GEOGRAPHY.iter().map(|(_, value)| (*value).to_owned());
        let values = self.columns.iter().zip(&row.values).zip(hidden).map(|((column, value), hidden)| match value {
            _ if *hidden => CONFIDENTIAL.to_owned(),
            value => shown(value, column.role),
        });
        fixed.chain(geography).chain(values).collect()
    }

    /// Which cells of which rows are suppressed: small counts, their companions, and the rates worked out from them.
    fn hidden(&self) -> Vec<Vec<bool>> {
        let mut hidden: Vec<Vec<bool>> =
            self.rows.iter().map(|row| row.values.iter().map(|it| self.is_small(it)).collect()).collect();
        for column in (0..self.columns.len()).filter(|at| self.columns[*at].role == Role::Count) {
            for rows in self.years().values() {
                self.hide_companion(&mut hidden, (rows, column));
            }
        }
        for cells in &mut hidden {
            let any = cells.iter().any(|hidden| *hidden);
            let rates = self.columns.iter().map(|column| matches!(column.role, Role::Rate(_)));
            cells.iter_mut().zip(rates).for_each(|(hidden, is_rate)| *hidden |= any && is_rate);
        }
        hidden
    }

    fn is_small(&self, value: &Value) -> bool {
        matches!(value, Value::Count(count) if (1..self.smallest).contains(count))
    }

    /// The rows of each year that are parts of a total.
    fn years(&self) -> BTreeMap<i64, Vec<usize>> {
        let mut years: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        let is_part = |row: &Row| row.values.iter().all(|value| *value != Value::Item(None));
        for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| is_part(row)) {
            years.entry(row.academic_year).or_default().push(at);
        }
        years
    }

    /// One hidden count alone is the total less the others; the smallest other count that is not nought joins it.
    fn hide_companion(&self, hidden: &mut [Vec<bool>], (rows, column): (&[usize], usize)) {
        if rows.iter().filter(|row| hidden[**row][column]).count() != 1 {
            return;
        }
        let count = |row: &usize| match self.rows[*row].values[column] {
            Value::Count(count) => count,
            _ => 0,
        };
        let others = rows.iter().filter(|row| !hidden[**row][column] && count(row) > 0);
        if let Some(companion) = others.min_by_key(|row| count(row)).copied() {
            hidden[companion][column] = true;
        }
    }
}

fn shown(value: &Value, role: Role) -> String {
    match (value, role) {
        (Value::Item(item), _) => item.clone().unwrap_or_else(|| TOTAL.to_owned()),
        (Value::Count(count), _) => count.to_string(),
        (Value::Rate(None), _) => NOT_APPLICABLE.to_owned(),
        (Value::Rate(Some(rate)), Role::Rate(decimals)) => format!("{rate:.*}", usize::from(decimals)),
        (Value::Rate(Some(rate)), _) => rate.to_string(),
    }
}

fn csv(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("rows are as long as the heading and memory takes every byte");
    }
    let bytes = writer.into_inner().expect("memory takes every byte");
    String::from_utf8(bytes).expect("written from text")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, label: &str, role: Role) -> Column {
        Column { name: name.to_owned(), label: label.to_owned(), role }
    }

    fn row(lead_provider: Option<&str>, recruitments: i64, reports: i64) -> Row {
        #[expect(clippy::cast_precision_loss, reason = "a few recruitments")]
        let rate = (recruitments > 0).then(|| 100.0 * reports as f64 / recruitments as f64);
        let item = Value::Item(lead_provider.map(str::to_owned));
        Row {
            academic_year: 2025,
            values: vec![item, Value::Count(recruitments), Value::Count(reports), Value::Rate(rate)],
        }
    }

    fn publication(rows: Vec<Row>) -> Publication {
        let columns = vec![
            column("lead_provider", "Lead provider", Role::Filter),
            column("recruitments", "Number of recruitments", Role::Count),
            column("reports", "Number of reports", Role::Count),
            column("report_rate", "Reports per 100 recruitments", Role::Rate(1)),
        ];
        Publication { columns, rows, smallest: 5 }
    }

    #[test]
    fn figures_are_tidy_and_say_when_and_where() {
        let figures = publication(vec![row(None, 1_232, 22), row(Some("Teach First"), 0, 0)]).figures();
        let expected = "time_period,time_identifier,geographic_level,country_code,country_name,lead_provider,recruitments,\
            reports,report_rate\n202526,Academic year,National,E92000001,England,Total,1232,22,1.8\n\
            202526,Academic year,National,E92000001,England,Teach First,0,0,z\n";
        assert_eq!(figures, expected);
    }

    #[test]
    fn metadata_tell_what_each_column_is() {
        let metadata = publication(vec![]).metadata();
        let expected = "col_name,col_type,label,indicator_grouping,indicator_unit,indicator_dp,filter_hint,\
            filter_grouping_column\nlead_provider,Filter,Lead provider,,,,,\nrecruitments,Indicator,Number of recruitments,,,0,,\n\
            reports,Indicator,Number of reports,,,0,,\nreport_rate,Indicator,Reports per 100 recruitments,,,1,,\n";
        assert_eq!(metadata, expected);
    }

    #[test]
    fn a_small_count_cannot_be_read_and_cannot_be_worked_out() {
        let rows = vec![row(None, 300, 20), row(Some("A"), 100, 3), row(Some("B"), 100, 7), row(Some("C"), 100, 10)];
        let figures = publication(rows).figures();
        let ends: Vec<&str> =
            figures.lines().skip(1).map(|line| line.split_once("England,").expect("there").1).collect();
        assert_eq!(ends, ["Total,300,20,6.7", "A,100,c,c", "B,100,c,c", "C,100,10,10.0"]);
    }
}
