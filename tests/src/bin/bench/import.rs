//! Goal 13: the real schools as events.
use crate::{Failure, cluster::Cluster, rounds::Effort, table::Row};
pub(crate) async fn measure(_: &Cluster, _: Effort) -> Result<Vec<Row>, Failure> {
    Ok(vec![])
}
