//! Asks the counts of a measure and makes its table of them: rates, medians and sums follow here, on whole numbers. A row
//! can be counted without those beside it.

use std::collections::{HashMap, HashSet};

use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{
    Cell, Column, ColumnKind, Dimension, Filter, Measure, Table,
    explain::KEYS,
    figure::{Figure, Kind, hundredths, quantile, tenths_per_100},
    statement::Slice,
};
use crate::fault::{During, ViewFault};

/// What the database counted for one figure.
#[derive(Debug, Clone)]
enum Counted {
    Count(i64),
    /// Sorted.
    Values(Vec<i64>),
    /// Values that no other fact has, counted, and the others, of which each counts once.
    Distinct(i64, Vec<i64>),
}

/// What the database counted for one row.
#[derive(Debug, Clone, Default)]
struct Group {
    keys: Vec<Option<String>>,
    /// By figure, in their order. A measure has a dozen: looking through them takes less than hashing.
    counted: Vec<(&'static str, Counted)>,
}

/// The table of a measure in a slice.
pub(super) async fn answer(
    connection: &mut PgConnection,
    measure: &'static Measure,
    (filter, by): (&Filter, &[Dimension]),
) -> Result<Table, ViewFault> {
    let (mut groups, total) = groups_and_total(connection, Slice::new(measure, filter, by)).await?;
    let wholes = wholes(by, &groups, &total);
    // Without a split the one group is the total; without an act there is no row for it.
    groups.retain(|group| !by.is_empty() && group.keys.iter().all(Option::is_some));
    complete(by, filter, &mut groups, &total);
    for group in &mut groups {
        if let Some(whole) = wholes.get(&beside_the_act(by, group)) {
            measured_against(measure, group, whole);
        }
    }
    let groups = sorted(by, groups);
    let names = names(connection, by, &groups).await?;
    Ok(table(measure, by, (&groups, &total, &names)))
}

/// Told apart by delivery partners, a partnership counts once for each that it had; in the total it counts once. Those
/// that changed theirs are few: they alone are counted both ways.
async fn groups_and_total(connection: &mut PgConnection, split: Slice<'_>) -> Result<(Vec<Group>, Group), ViewFault> {
    let whole = split.whole();
    if split.by_rounds() == whole.by_rounds() {
        let groups = counted(connection, split).await?;
        let total = together(&groups);
        return Ok((groups, total));
    }
    let unchanged = counted(connection, split.of_unchanged()).await?;
    let by_rounds = counted(connection, split.of_changed()).await?;
    let by_recruitments = counted(connection, whole.of_changed()).await?;
    let total = together(unchanged.iter().chain(&by_recruitments));
    Ok((merged(unchanged, by_rounds), total))
}

async fn counted(connection: &mut PgConnection, slice: Slice<'_>) -> Result<Vec<Group>, ViewFault> {
    let sql = slice.over_chosen(&question(slice));
    let query = slice.filter.bind(sqlx::query(&sql).persistent(false));
    let rows = query.fetch_all(connection).await.during("answer a measure")?;
    rows.iter().map(|row| group(slice, row)).collect::<Result<_, _>>().during("read a measure")
}

/// Some figures of one row, by its keys; without keys, of the whole slice. A sum so far is that of the row alone.
pub(super) async fn row(
    connection: &mut PgConnection,
    slice: Slice<'_>,
    (keys, figures): (&[String], &[&'static Figure]),
) -> Result<Vec<Cell>, ViewFault> {
    let mut counted: Vec<_> = figures.iter().flat_map(|figure| slice.measure.asked_for(figure)).collect();
    counted.sort_unstable_by_key(|figure| figure.name);
    counted.dedup_by_key(|figure| figure.name);
    if counted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = slice.over_chosen(&question_of_row(slice, &counted));
    let query = slice.filter.bind(sqlx::query(&sql).persistent(false)).bind(keys);
    let row = query.fetch_one(connection).await.during("count a row of a measure")?;
    let counted = told(counted.iter().copied(), &row).during("read a row of a measure")?;
    let group = Group { keys: Vec::new(), counted };
    Ok(figures.iter().map(|figure| group.cell(figure, &mut HashMap::new())).collect())
}

/// What is counted against, whatever the act, is narrowed by the other keys alone.
fn question_of_row(slice: Slice<'_>, figures: &[&Figure]) -> String {
    let keys = |of_the_act: bool| {
        let keys = slice.by.iter().zip(1..).filter(move |(dimension, _)| dimension.is_of_the_act() == of_the_act);
        keys.map(|(_, at)| format!("key_{at} = (${KEYS}::text[])[{at}]"))
    };
    let reason = Some(slice.acts().to_owned()).filter(|acts| !acts.is_empty());
    let acts = reason.into_iter().chain(keys(true)).collect::<Vec<_>>().join(" and ");
    let conditions: Vec<_> = std::iter::once("true".to_owned()).chain(keys(false)).collect();
    let columns = figures.iter().filter_map(|figure| figure.kind.sql(&acts)).collect::<Vec<_>>().join(", ");
    format!("select {columns} from chosen where {}", conditions.join(" and "))
}

/// Every group as one. The database could add them up as well, but then it would count with one worker alone.
fn together<'g>(groups: impl IntoIterator<Item = &'g Group>) -> Group {
    let mut total = Group::default();
    groups.into_iter().for_each(|group| total.add(group));
    total.sort();
    total
}

/// Groups and some more of them, those with the same keys as one.
fn merged(groups: Vec<Group>, more: Vec<Group>) -> Vec<Group> {
    let mut by_keys: HashMap<_, _> = groups.into_iter().map(|group| (group.keys.clone(), group)).collect();
    for group in more {
        let all =
            by_keys.entry(group.keys.clone()).or_insert_with(|| Group { keys: group.keys.clone(), ..Group::default() });
        all.add(&group);
        all.sort();
    }
    by_keys.into_values().collect()
}

fn question(slice: Slice<'_>) -> String {
    let keys: Vec<String> = (1..=slice.by.len()).map(|at| format!("key_{at}")).collect();
    let grouped = if keys.is_empty() { String::new() } else { format!(" group by {}", keys.join(", ")) };
    let kinds = slice.measure.figures.iter().map(|figure| &figure.kind);
    let (figures, from): (Vec<_>, _) = match slice.measure.counted_first() {
        // What is worked out row by row is then looked at once for each row, and not for each figure.
        Some(column) => {
            let apart = keys.iter().map(String::as_str).chain([column]).collect::<Vec<_>>().join(", ");
            let times = format!("(select {apart}, count(*) as times from chosen group by {apart}) counted");
            (kinds.filter_map(Kind::sql_of_times).collect(), times)
        }
        None => (kinds.filter_map(|kind| kind.sql(slice.acts())).collect(), "chosen".to_owned()),
    };
    let columns = figures.into_iter().chain(keys).collect::<Vec<_>>().join(", ");
    format!("select {columns} from {from}{grouped}")
}

fn group(slice: Slice<'_>, row: &PgRow) -> Result<Group, sqlx::Error> {
    let counted = told(slice.measure.figures.iter().filter(|figure| figure.kind.is_asked()), row)?;
    let keys = (row.len() - slice.by.len()..row.len()).map(|at| row.try_get(at)).collect::<Result<_, _>>()?;
    Ok(Group { keys, counted })
}

/// What was counted for figures, in the order in which they were asked.
fn told(
    figures: impl Iterator<Item = &'static Figure>,
    row: &PgRow,
) -> Result<Vec<(&'static str, Counted)>, sqlx::Error> {
    let mut column = 0;
    let mut counted = Vec::new();
    for figure in figures {
        let found = if figure.kind.is_of_values() {
            Counted::Values(values(row, column)?)
        } else if figure.kind.is_distinct() {
            column += 1;
            Counted::Distinct(row.try_get(column - 1)?, values(row, column)?)
        } else {
            Counted::Count(row.try_get(column)?)
        };
        counted.push((figure.name, found));
        column += 1;
    }
    Ok(counted)
}

fn values(row: &PgRow, column: usize) -> Result<Vec<i64>, sqlx::Error> {
    let mut values: Vec<i64> = row.try_get::<Option<_>, _>(column)?.unwrap_or_default();
    values.sort_unstable();
    Ok(values)
}

/// The keys of a group that do not tell the counted acts apart.
type Beside = Vec<Option<String>>;

fn beside_the_act(by: &[Dimension], group: &Group) -> Beside {
    let keys = by.iter().zip(&group.keys);
    keys.filter(|(dimension, _)| !dimension.is_of_the_act()).map(|(_, key)| key.clone()).collect()
}

/// What rows are counted against: all groups with the same keys but for those of the act; nothing where each group is
/// its own. Split by the act alone, that is the slice.
fn wholes(by: &[Dimension], groups: &[Group], total: &Group) -> HashMap<Beside, Group> {
    let of_the_act = by.iter().filter(|dimension| dimension.is_of_the_act()).count();
    if of_the_act == 0 {
        return HashMap::new();
    }
    if of_the_act == by.len() {
        return HashMap::from([(Vec::new(), total.clone())]);
    }
    let mut beside: HashMap<Beside, Vec<&Group>> = HashMap::new();
    for group in groups {
        beside.entry(beside_the_act(by, group)).or_default().push(group);
    }
    beside.into_iter().map(|(keys, groups)| (keys, together(groups))).collect()
}

/// Split by a property of the counted acts, a row is counted against all of its slice, whatever the act.
fn measured_against(measure: &Measure, group: &mut Group, whole: &Group) {
    for figure in measure.figures.iter().filter(|figure| figure.kind.is_whole()) {
        if let (Some(counted), Some(whole)) = (group.of(figure.name), whole.told(figure.name)) {
            *counted = whole.clone();
        }
    }
}

/// Values of which nothing was counted have their row too, where the values are fixed and one dimension is asked.
fn complete(by: &[Dimension], filter: &Filter, groups: &mut Vec<Group>, total: &Group) {
    let [only] = by else { return };
    if filter.narrowed().contains(only) {
        return;
    }
    for value in only.values() {
        if groups.iter().all(|group| group.keys != [Some((*value).to_owned())]) {
            groups.push(nothing(value, total));
        }
    }
}

fn nothing(value: &str, total: &Group) -> Group {
    let empty = |(name, counted): &(&'static str, Counted)| match counted {
        Counted::Count(_) => (*name, Counted::Count(0)),
        Counted::Values(_) => (*name, Counted::Values(Vec::new())),
        Counted::Distinct(..) => (*name, Counted::Distinct(0, Vec::new())),
    };
    Group { keys: vec![Some(value.to_owned())], counted: total.counted.iter().map(empty).collect() }
}

fn sorted(by: &[Dimension], groups: Vec<Group>) -> Vec<Group> {
    let mut order: Vec<_> = groups.iter().map(|group| places(by, group)).zip(0..).collect();
    order.sort_unstable();
    let order: Vec<usize> = order.into_iter().map(|(_, at)| at).collect();
    let mut groups: Vec<_> = groups.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| groups[at].take()).collect()
}

fn places<'g>(by: &[Dimension], group: &'g Group) -> Vec<(usize, i64, &'g str)> {
    let keys = by.iter().zip(&group.keys);
    keys.map(|(dimension, key)| dimension.place_of(key.as_deref().unwrap_or_default())).collect()
}

/// The names of keys, of each dimension of a split.
type Names = Vec<HashMap<String, String>>;

async fn names(connection: &mut PgConnection, by: &[Dimension], groups: &[Group]) -> Result<Names, ViewFault> {
    let mut names = vec![HashMap::new(); by.len()];
    for (at, dimension) in by.iter().enumerate() {
        let Some(select) = dimension.names() else { continue };
        let keys: HashSet<_> = groups.iter().filter_map(|group| group.keys[at].as_deref()).collect();
        let keys: Vec<_> = keys.into_iter().collect();
        let found: Vec<(String, Option<String>)> =
            sqlx::query_as(select).bind(keys).fetch_all(&mut *connection).await.during("name the rows of a measure")?;
        names[at].extend(found.into_iter().filter_map(|(key, name)| name.map(|name| (key, name))));
    }
    Ok(names)
}

fn table(measure: &Measure, by: &[Dimension], (groups, total, names): (&[Group], &Group, &Names)) -> Table {
    let figures: Vec<_> = measure.figures.iter().filter(|figure| is_told(figure, by)).collect();
    let keys = by.iter().flat_map(|dimension| key_columns(*dimension));
    let columns = keys.chain(figures.iter().map(|figure| figure.column())).collect();
    let mut running = HashMap::new();
    let mut rows = Vec::new();
    for group in groups {
        let cells = figures.iter().map(|figure| group.cell(figure, &mut running));
        rows.push(group.key_cells(by, names).into_iter().chain(cells).collect());
    }
    let cells = figures.iter().map(|figure| total.cell(figure, &mut HashMap::new()));
    let total = total_cells(by).into_iter().chain(cells).collect();
    Table { columns, rows, total: Some(total) }
}

/// Sums so far mean something where one dimension follows time.
fn is_told(figure: &Figure, by: &[Dimension]) -> bool {
    !matches!(figure.kind, Kind::Running { .. }) || matches!(by, [only] if only.is_ordered())
}

fn key_columns(dimension: Dimension) -> Vec<Column> {
    let mut columns = vec![Column::new(dimension.name(), dimension.title(), ColumnKind::Key)];
    if dimension.names().is_some() {
        let name = format!("{}_name", dimension.name());
        columns.push(Column::new(&name, dimension.title(), ColumnKind::Text));
    }
    columns
}

fn total_cells(by: &[Dimension]) -> Vec<Cell> {
    let columns = by.iter().flat_map(|dimension| key_columns(*dimension));
    columns.enumerate().map(|(at, _)| if at == 0 { Cell::Text("total".to_owned()) } else { Cell::Empty }).collect()
}

impl Figure {
    fn column(&self) -> Column {
        let kind = match self.kind {
            Kind::Count { .. }
            | Kind::Sum { .. }
            | Kind::Distinct { .. }
            | Kind::Running { .. }
            | Kind::Longest { .. } => ColumnKind::Count,
            Kind::Rate { .. } | Kind::Quantile { .. } => ColumnKind::Decimal,
            Kind::Ratio { .. } => ColumnKind::Ratio,
            Kind::AtLeast { .. } | Kind::Provisional { .. } => ColumnKind::Flag,
        };
        Column::new(self.name, self.title, kind)
    }
}

impl Group {
    fn key_cells(&self, by: &[Dimension], names: &Names) -> Vec<Cell> {
        let mut cells = Vec::new();
        for ((dimension, key), names) in by.iter().zip(&self.keys).zip(names) {
            let key = key.clone().unwrap_or_default();
            let name = dimension.names().map(|_| names.get(&key).unwrap_or(&key).clone());
            cells.push(Cell::Text(key));
            cells.extend(name.map(Cell::Text));
        }
        cells
    }

    fn cell(&self, figure: &Figure, running: &mut HashMap<&'static str, i64>) -> Cell {
        match figure.kind {
            Kind::Count { .. } | Kind::Sum { .. } | Kind::Distinct { .. } => Cell::Whole(self.count(figure.name)),
            Kind::Rate { part, whole } => Cell::tenths(tenths_per_100(self.count(part), self.count(whole))),
            Kind::Ratio { above, below } => {
                let rate = |(part, whole)| (self.count(part), self.count(whole));
                hundredths(rate(above), rate(below)).map_or(Cell::Empty, Cell::Ratio)
            }
            Kind::Quantile { tenths, unit, .. } => Cell::tenths(quantile(self.values(figure.name), tenths, unit)),
            Kind::Longest { .. } => self.values(figure.name).last().map_or(Cell::Empty, |most| Cell::Whole(*most)),
            Kind::Running { of } => {
                let so_far = running.entry(figure.name).or_default();
                *so_far += self.count(of);
                Cell::Whole(*so_far)
            }
            Kind::AtLeast { of, least } => Cell::Flag(self.count(of) >= least),
            Kind::Provisional { .. } => Cell::Flag(self.count(figure.name) > 0),
        }
    }

    /// Counts what another group counted too, out of order.
    fn add(&mut self, other: &Self) {
        for (name, counted) in &other.counted {
            match (self.of(name), counted) {
                (Some(Counted::Count(sum)), Counted::Count(count)) => *sum += count,
                (Some(Counted::Values(all)), Counted::Values(values)) => all.extend(values),
                (Some(Counted::Distinct(sum, all)), Counted::Distinct(single, others)) => {
                    *sum += single;
                    all.extend(others);
                }
                _ => self.counted.push((*name, counted.clone())),
            }
        }
    }

    fn sort(&mut self) {
        for (_, counted) in &mut self.counted {
            if let Counted::Values(values) | Counted::Distinct(_, values) = counted {
                values.sort_unstable();
            }
        }
    }

    fn count(&self, name: &str) -> i64 {
        match self.told(name) {
            Some(Counted::Count(count)) => *count,
            Some(Counted::Distinct(single, others)) => {
                let others = others.chunk_by(|one, other| one == other).count();
                single + i64::try_from(others).unwrap_or(i64::MAX)
            }
            _ => 0,
        }
    }

    fn values(&self, name: &str) -> &[i64] {
        match self.told(name) {
            Some(Counted::Values(values)) => values,
            _ => &[],
        }
    }

    fn told(&self, name: &str) -> Option<&Counted> {
        self.counted.iter().find(|(known, _)| *known == name).map(|(_, counted)| counted)
    }

    fn of(&mut self, name: &str) -> Option<&mut Counted> {
        self.counted.iter_mut().find(|(known, _)| *known == name).map(|(_, counted)| counted)
    }
}
