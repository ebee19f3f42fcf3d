//! Tables as they are published, from tables as they were counted.

use projections::reports::{Cell, Column, ColumnKind};

use super::*;

const FIGURES: [(&str, ColumnKind); 4] = [
    ("recruitments", ColumnKind::Count),
    ("reported", ColumnKind::Count),
    ("per_100", ColumnKind::Decimal),
    ("provisional", ColumnKind::Flag),
];

fn table(keys: &[&str], rows: &[(&[&str], i64, i64)]) -> Table {
    let column = |(name, kind): (&str, ColumnKind)| Column { name: name.to_owned(), title: name.to_owned(), kind };
    let keys = keys.iter().map(|key| (*key, ColumnKind::Key));
    let row = |(keys, whole, part): &(&[&str], i64, i64)| {
        let keys = keys.iter().map(|key| Cell::Text((*key).to_owned()));
        let rate = Cell::Decimal(f64::from(i32::try_from(100 * part / whole.max(&1)).expect("small")));
        keys.chain([Cell::Whole(*whole), Cell::Whole(*part), rate, Cell::Flag(false)]).collect()
    };
    Table { columns: keys.chain(FIGURES).map(column).collect(), rows: rows.iter().map(row).collect(), total: None }
}

fn report_rate(by: &[Dimension]) -> Publication {
    Publication::new(Measure::named("report_rate").expect("a measure"), Some(by)).expect("it can be published")
}

#[test]
fn a_measure_becomes_a_tidy_file_with_totals_and_a_file_that_describes_it() {
    let of = report_rate(&[Dimension::LeadProvider]);
    let whole = table(&["cohort"], &[(&["2024"], 900, 40), (&["2025"], 700, 35)]);
    let split: &[(&[&str], i64, i64)] = &[
        (&["2024", "north"], 500, 25),
        (&["2024", "south"], 400, 15),
        (&["2025", "north"], 400, 15),
        (&["2025", "south"], 300, 20),
        (&["unknown", "south"], 30, 10),
    ];
    let split = table(&["cohort", "lead_provider"], split);
    let levels = vec![Level { by: vec![], table: whole }, Level { by: vec![Dimension::LeadProvider], table: split }];
    let files = of.written(levels);
    let expected = "\
time_period,time_identifier,geographic_level,country_code,country_name,lead_provider,recruitments,reported,per_100
202425,Academic year,National,E92000001,England,Total,900,40,4.0
202425,Academic year,National,E92000001,England,north,500,25,5.0
202425,Academic year,National,E92000001,England,south,400,15,3.0
202526,Academic year,National,E92000001,England,Total,700,35,5.0
202526,Academic year,National,E92000001,England,north,400,15,3.0
202526,Academic year,National,E92000001,England,south,300,20,6.0
";
    assert_eq!((files.figures.as_str(), files.rows), (expected, 6));
    let described = "\
col_name,col_type,label,indicator_grouping,indicator_unit,indicator_dp,filter_hint,filter_grouping_column
lead_provider,Filter,Lead provider,,,,Filter by lead provider,
recruitments,Indicator,Recruitments,Report rate,,0,,
reported,Indicator,Reported,Report rate,,0,,
per_100,Indicator,Per 100,Report rate,,1,,
";
    assert_eq!(files.description, described);
}

#[test]
fn what_is_hidden_of_a_sum_is_hidden_of_its_parts() {
    let of = report_rate(&[Dimension::LeadProvider]);
    // 2024 is small; 2025 is hidden beside it, so that it does not follow from what is known of both.
    let whole = Table {
        total: table(&["cohort"], &[(&["total"], 1_600, 43)]).rows.pop(),
        ..table(&["cohort"], &[(&["2024"], 900, 3), (&["2025"], 700, 40)])
    };
    let split: &[(&[&str], i64, i64)] = &[
        (&["2024", "north"], 500, 0),
        (&["2024", "south"], 400, 3),
        (&["2025", "north"], 400, 20),
        (&["2025", "south"], 300, 20),
    ];
    let split = table(&["cohort", "lead_provider"], split);
    let levels = vec![Level { by: vec![], table: whole }, Level { by: vec![Dimension::LeadProvider], table: split }];
    let data = of.written(levels).figures;
    for line in data.lines().skip(1) {
        assert!(line.ends_with(",c,c"), "{data}");
    }
    assert!(data.contains(",Total,900,c,c"), "what reports are counted against is no small number: {data}");
}

#[test]
fn a_rate_of_nothing_does_not_apply() {
    let of = Publication::new(Measure::named("bulk").expect("a measure"), Some(&[])).expect("it can be published");
    let mut empty = table(&["academic_year"], &[(&["2025"], 0, 0)]);
    empty.columns[1].name = "recommendations".to_owned();
    empty.columns[3].name = "by_file_share".to_owned();
    empty.rows[0][3] = Cell::Empty;
    let data = of.written(vec![Level { by: vec![], table: empty }]).figures;
    assert!(data.ends_with("202526,Academic year,National,E92000001,England,0,z\n"), "{data}");
}

#[test]
fn a_publication_that_cannot_be_is_refused_in_a_sentence() {
    let of = |by: &[Dimension]| {
        let measure = Measure::named("report_rate").expect("a measure");
        Publication::new(measure, Some(by)).expect_err("refused")
    };
    assert_eq!(of(&[Dimension::Status]), "report_rate does not go by status");
    let three = [Dimension::LeadProvider, Dimension::DeliveryPartner, Dimension::Trust];
    assert!(of(&three).starts_with("a measure is published by at most 2"));
}

#[test]
fn sums_come_before_their_parts() {
    let by = [Dimension::LeadProvider, Dimension::Channel];
    let lengths: Vec<_> = subsets(&by).iter().map(Vec::len).collect();
    assert_eq!(lengths, [0, 1, 1, 2]);
}
