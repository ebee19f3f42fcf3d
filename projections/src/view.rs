//! A view by name: its tables, its version, and how a page of the log is folded into them.

use event_store::Refusal;
use events_schema::{
    envelope::{Position, Recorded},
    events::Event,
};
use sqlx::PgConnection;

use crate::{
    fault::ViewFault,
    page::Page,
    projection::{Table, Writing},
};

/// What a view is made of.
pub struct View {
    /// Its name in commands and in its schema: `school_partnerships`.
    pub name: &'static str,
    /// Version of its rows and rules; a view of another version is rebuilt, never mixed.
    pub version: i32,
    /// The names of the events it wants, by set.
    pub events: &'static [&'static [&'static str]],
    /// Whether it keeps refused commands too.
    pub refusals: bool,
    pub(crate) tables: fn() -> Vec<Box<dyn Table>>,
}

impl View {
    /// The schema that readers see.
    pub fn schema(&self) -> String {
        format!("view_{}", self.name)
    }

    /// Whether it wants events of this name.
    pub(crate) fn wants(&self, event_type: &str) -> bool {
        self.events.iter().any(|set| set.contains(&event_type))
    }

    /// Its tables, empty in memory, to be kept in a schema.
    pub(crate) fn open(&self, schema: &str) -> OpenView {
        OpenView { name: self.name, schema: schema.to_owned(), tables: (self.tables)() }
    }
}

/// The tables of a view while events are folded into them.
pub(crate) struct OpenView {
    name: &'static str,
    schema: String,
    tables: Vec<Box<dyn Table>>,
}

impl OpenView {
    /// Statements that create its tables, without keys and indexes.
    pub(crate) fn definitions(&self) -> Vec<String> {
        self.tables.iter().map(|table| table.definition(&self.schema)).collect()
    }

    /// Statements that add keys and indexes to the tables that are folded, or to those that only grow.
    pub(crate) fn indexes(&self, only_growing: bool) -> Vec<String> {
        let tables = self.tables.iter().filter(|table| table.only_grows() == only_growing);
        tables.flat_map(|table| table.indexes(&self.schema)).collect()
    }

    /// The names of its tables.
    pub(crate) fn table_names(&self) -> Vec<&'static str> {
        self.tables.iter().map(|table| table.name()).collect()
    }

    /// Loads every row that the events need and that is not in memory yet.
    pub(crate) async fn load(
        &mut self,
        connection: &mut PgConnection,
        events: &[Recorded<Event>],
    ) -> Result<(), ViewFault> {
        for table in &mut self.tables {
            for recorded in events {
                table.touch(recorded);
            }
            table.load(connection, &self.schema).await?;
        }
        Ok(())
    }

    /// Folds an event into every table.
    pub(crate) fn project(&mut self, recorded: &Recorded<Event>) -> Result<(), ViewFault> {
        for table in &mut self.tables {
            table.project(recorded).map_err(|unfit| self::unfit(self.name, recorded.position, &unfit.0))?;
        }
        Ok(())
    }

    /// Folds a refused command into every table.
    pub(crate) fn refuse(&mut self, refusal: &Refusal) {
        for table in &mut self.tables {
            table.refuse(refusal);
        }
    }

    /// How many streams' rows wait in memory.
    pub(crate) fn held(&self) -> usize {
        self.tables.iter().map(|table| table.held()).sum()
    }

    /// Loads, folds and writes one page.
    pub(crate) async fn fold_page(
        &mut self,
        connection: &mut PgConnection,
        page: &Page,
        how: Writing,
    ) -> Result<(), ViewFault> {
        self.load(connection, &page.events).await?;
        page.events.iter().try_for_each(|recorded| self.project(recorded))?;
        for refusal in &page.refusals {
            self.refuse(refusal);
        }
        self.write(connection, how).await
    }

    /// Writes the rows of tables that only grow, into tables without indexes.
    pub(crate) async fn write_growing(&mut self, connection: &mut PgConnection) -> Result<(), ViewFault> {
        for table in self.tables.iter_mut().filter(|table| table.only_grows()) {
            table.write(connection, &self.schema, Writing::Later).await?;
        }
        Ok(())
    }

    /// Writes everything for the first time, over two connections at once, and forgets it.
    pub(crate) async fn fill(&mut self, one: &mut PgConnection, other: &mut PgConnection) -> Result<(), ViewFault> {
        for table in &mut self.tables {
            table.fill(one, other, &self.schema).await?;
        }
        Ok(())
    }

    /// Writes what changed and forgets it.
    pub(crate) async fn write(&mut self, connection: &mut PgConnection, how: Writing) -> Result<(), ViewFault> {
        for table in &mut self.tables {
            table.write(connection, &self.schema, how).await?;
        }
        Ok(())
    }
}

fn unfit(view: &'static str, position: Position, reason: &str) -> ViewFault {
    ViewFault::Unfit { view, position, reason: reason.to_owned() }
}
