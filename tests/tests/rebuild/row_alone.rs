//! A row of a measure that is counted without the rows beside it has the figures that it has among them.

use projections::reports::{Cell, Column, Dimension, Figure, Filter, Measure};

use super::live::Live;

/// Counts a row alone, by its keys; without keys, the whole slice.
pub(crate) async fn counted_alone(
    live: &Live,
    measure: &'static Measure,
    asked: (&Filter, &[Dimension]),
    (keys, columns, row): (&[String], &[Column], &[Cell]),
) {
    let of_the_row = |figure: &&'static Figure| !measure.is_running(figure.name);
    let figures: Vec<_> = measure.figures.iter().filter(of_the_row).collect();
    let alone = measure.row(&live.superuser, asked, (keys, &figures)).await;
    let alone = alone.unwrap_or_else(|it| panic!("{} {keys:?}: {it}", measure.name));
    for (figure, alone) in figures.iter().zip(alone) {
        let at = columns.iter().position(|column| column.name == figure.name).expect("its column");
        assert_eq!(alone, row[at], "{} by {:?}: {} of {keys:?}", measure.name, asked.1, figure.name);
    }
}
