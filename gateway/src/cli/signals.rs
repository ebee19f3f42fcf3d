//! `signals`: what a person should look at, with the test that says so.

use clap::Args;
use event_store::Role;
use projections::reports::{Dimension, Filter, signals};
use serde_json::json;

use super::{
    connection::Connection,
    failure::Failure,
    output::{Output, Table},
    reading::Why,
    slice::Slice,
};

/// `training-ledger signals`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  training-ledger signals\n  training-ledger signals --cohort 2025\n  \
    training-ledger signals --methods")]
pub(super) struct Signals {
    #[command(flatten)]
    slice: Slice,
    #[command(flatten)]
    pub(super) why: Why,
    /// Say how each kind of signal is looked for, how often it would be raised for nothing, and how much was compared.
    #[arg(long)]
    methods: bool,
}

/// What signals go by, beside days.
const GOES_BY: [Dimension; 3] = [Dimension::Cohort, Dimension::LeadProvider, Dimension::DeliveryPartner];

/// Refuses to narrow by anything else.
fn check(filter: &Filter) -> Result<(), Failure> {
    let Some(other) = filter.narrowed().into_iter().find(|dimension| !GOES_BY.contains(dimension)) else {
        return Ok(());
    };
    let goes_by = GOES_BY.map(Dimension::name).join(", ");
    Err(Failure::new(format!("signals do not go by {}; they go by: {goes_by}", other.name())))
}

impl Signals {
    /// Prints what stands out, the least likely by chance first.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let filter = self.slice.filter(&connection).await?;
        check(&filter)?;
        let found = signals(&connection.pool(Role::Reader).await?, None, &filter).await?;
        if self.methods {
            let mut table = Table::new(&["signal", "title", "compared", "standing_out", "test"]);
            for it in &found.methods {
                let (kind, test) = (it.kind.name(), it.test);
                table.push([json!(kind), json!(it.title), json!(it.compared), json!(it.standing_out), json!(test)]);
            }
            return output.table(&table);
        }
        if found.signals.is_empty() {
            return output.say("Nothing stands out; --methods says how it was looked for.");
        }
        let mut table = Table::new(&["signal", "observed", "of", "expected", "p_value", "adjusted", "sentence"]);
        for it in &found.signals {
            let (p_value, adjusted) = (format!("{:.2e}", it.p_value), format!("{:.2e}", it.adjusted));
            let (kind, observed, of) = (it.kind.name(), it.observed, it.out_of);
            table.push([
                json!(kind),
                json!(observed),
                json!(of),
                json!(it.expected),
                json!(p_value),
                json!(adjusted),
                json!(it.sentence),
            ]);
        }
        output.table(&table)
    }
}
