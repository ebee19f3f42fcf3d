//! The standing extract: one row per partnership, with the columns that analysts know from practice (DOMAIN 5), folded
//! from the selected events alone.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use events_schema::{
    events::{
        EventSet,
        school_partnership::{RecruitmentConfirmed, SchoolPartnershipEvent},
    },
    ids::PartnershipId,
};
use ledger_parquet::{Cell, Column, Kind};

use super::{line::Line, table_file::TableFile};

/// The columns of the extract.
pub const PARTNERSHIP_COLUMNS: [Column; 8] = [
    Column::filled("partnership_id", Kind::Unique),
    Column::filled("school_urn", Kind::Text),
    Column::filled("lead_provider_name", Kind::Code),
    Column::filled("delivery_partner_name", Kind::Code),
    Column::filled("partnership_reported_at", Kind::Instant),
    Column::optional("challenge_reason", Kind::Code),
    Column::optional("challenged_at", Kind::Instant),
    Column::filled("cohort", Kind::Whole),
];

/// The partnerships so far, in the order in which they were confirmed.
#[derive(Default)]
pub(super) struct Partnerships {
    rows: Vec<Row>,
    places: HashMap<PartnershipId, usize>,
}

struct Row {
    partnership_id: String,
    school_urn: String,
    lead_provider_name: String,
    delivery_partner_name: String,
    /// As practice calls the time of confirming; microseconds since 1970.
    partnership_reported_at: i64,
    challenge_reason: Option<&'static str>,
    challenged_at: Option<i64>,
    cohort: i64,
}

impl Partnerships {
    /// Folds an event. What happened to a partnership whose confirmation is not selected leaves no row.
    pub(super) fn fold(&mut self, line: &Line<'_>) -> io::Result<()> {
        let Some(event) = SchoolPartnershipEvent::from_json(line.event_type, line.payload) else { return Ok(()) };
        match event? {
            SchoolPartnershipEvent::RecruitmentConfirmed(event) => self.confirmed(&event, line.happened_at),
            SchoolPartnershipEvent::DeliveryPartnerChanged(event) => {
                if let Some(row) = self.row(event.partnership_id) {
                    row.delivery_partner_name = event.delivery_partner.name;
                }
            }
            SchoolPartnershipEvent::PartnershipMistakeReported(event) => {
                self.challenged(event.partnership_id, (event.reason.code(), line.happened_at));
            }
            SchoolPartnershipEvent::PartnershipBrokenBySupport(event) => {
                self.challenged(event.partnership_id, (event.reason.code(), line.happened_at));
            }
            SchoolPartnershipEvent::ReportingWindowClosed(_) => {}
        }
        Ok(())
    }

    /// Writes the rows.
    pub(super) fn write<W: Write + Send>(self, file: &mut TableFile<W>) -> io::Result<u64> {
        self.rows.iter().try_for_each(|row| file.push(&row.cells()))?;
        Ok(self.rows.len() as u64)
    }

    fn confirmed(&mut self, event: &RecruitmentConfirmed, at: i64) {
        self.places.insert(event.partnership_id, self.rows.len());
        self.rows.push(Row {
            partnership_id: event.partnership_id.to_string(),
            school_urn: event.school_urn.to_string(),
            lead_provider_name: event.lead_provider.name.clone(),
            delivery_partner_name: event.delivery_partner.name.clone(),
            partnership_reported_at: at,
            challenge_reason: None,
            challenged_at: None,
            cohort: event.cohort.year().into(),
        });
    }

    fn challenged(&mut self, id: PartnershipId, (reason, at): (&'static str, i64)) {
        if let Some(row) = self.row(id) {
            row.challenge_reason = Some(reason);
            row.challenged_at = Some(at);
        }
    }

    fn row(&mut self, id: PartnershipId) -> Option<&mut Row> {
        self.places.get(&id).map(|place| &mut self.rows[*place])
    }
}

impl Row {
    fn cells(&self) -> [Cell<'_>; PARTNERSHIP_COLUMNS.len()] {
        [
            Cell::Text(&self.partnership_id),
            Cell::Text(&self.school_urn),
            Cell::Text(&self.lead_provider_name),
            Cell::Text(&self.delivery_partner_name),
            Cell::Instant(self.partnership_reported_at),
            Cell::text(self.challenge_reason),
            self.challenged_at.map_or(Cell::Empty, Cell::Instant),
            Cell::Whole(self.cohort),
        ]
    }
}
