//! Views and log: each live view equals a fold of the whole log, row by row.

use futures::FutureExt;
use projections::{RebuiltView, VIEWS, compare_with_fold};

use super::{Check, Found, Ground, Scope, Seen};
use crate::fault::Fault;

pub(super) const CHECK: Check = Check {
    name: "views",
    title: "What is shown follows from the log",
    costly: true,
    look: |ground, seen, scope| look(ground, seen, scope).boxed(),
};

async fn look(ground: &Ground, _: &Seen, _: Scope) -> Result<Found, Fault> {
    let (mut same, mut wrong) = (0, Vec::new());
    for view in VIEWS {
        let compared = compare_with_fold(&ground.pool, ground.gateway.log(), view.name).await?;
        match difference(&compared) {
            Some(said) => wrong.push(said),
            None => same += 1,
        }
    }
    if wrong.is_empty() {
        return Ok(Found::Holds(format!("{same} views are row by row what the log makes of them")));
    }
    Ok(Found::Wrong(wrong.join("; ")))
}

/// What is not the same, by view and table.
fn difference(compared: &RebuiltView) -> Option<String> {
    let position = compared.checkpoint.position;
    let mut tables = compared.tables.iter().filter_map(|table| match table.differing {
        Some(0) => None,
        Some(rows) => Some(format!(
            "{rows} rows of {}.{} differ from the log up to position {position}",
            compared.view, table.table
        )),
        None => Some(format!("{} stands still behind position {position}", compared.view)),
    });
    tables.next()
}
