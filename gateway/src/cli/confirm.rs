//! `confirm`: a lead provider's file of schools, cleaned, checked row by row, shown, and confirmed row by row over NATS.
//! The preview reserves nothing; each row is decided again when it is sent, and rows stand or fall alone.

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
};

use clap::Args;
use domain::{
    aggregate::Aggregate,
    facts::{Circumstances, CohortFacts, RecruitmentFacts},
    school_partnership::{self, SchoolPartnership},
};
use event_store::Log;
use events_schema::{
    actor::{Actor, ActorKind},
    events::Event,
    ids::{Cohort, CommandId, DeliveryPartnerId, LeadProviderId, UploadId, Urn},
};
use futures::{StreamExt, TryStreamExt, stream};
use projections::{RecruitmentReference, Views};
use serde_json::json;
use uuid::Uuid;

use super::{
    client::{Client, Ended, Outgoing, Reply},
    connection::Connection,
    data_folder,
    failure::{Failure, REJECTED},
    output::{Output, Table},
    progress::Progress,
};
use crate::{
    upload_preview::{self, CheckedRow, KnownSchool, Tally},
    urn_file::{self, UrnCell},
};

/// Schools looked up, and rows sent, at once.
const IN_FLIGHT: usize = 32;

/// `training-ledger confirm`.
#[derive(Debug, Args)]
#[command(
    after_help = "The file holds one URN on each row and nothing else. Rows that cannot be confirmed are listed \
    with the reason; the others are confirmed once you agree.\n\nExample:\n  training-ledger confirm \
    --csv data/samples/partnership_messy.csv --lead-provider teach-first \\\n    --delivery-partner \
    balcarras --cohort 2025\n\nExit status: 0 every row was confirmed, 3 some were not, 1 nothing was done."
)]
pub(super) struct Confirm {
    #[command(flatten)]
    upload: Upload,
    /// Confirm the valid rows without asking.
    #[arg(long, short)]
    yes: bool,
}

/// A file and what it is for.
#[derive(Debug, Args)]
pub(super) struct Upload {
    /// The file of URNs, at most 2 MiB.
    #[arg(long, value_name = "FILE")]
    pub(super) csv: PathBuf,
    /// The lead provider that recruited the schools: the actor.
    #[arg(long = "lead-provider", visible_alias = "lead-provider-id", value_name = "ID")]
    pub(super) lead_provider_id: LeadProviderId,
    /// The delivery partner, one for the whole file.
    #[arg(long = "delivery-partner", value_name = "ID")]
    pub(super) delivery_partner: DeliveryPartnerId,
    /// The cohort, by its start year.
    #[arg(long)]
    pub(super) cohort: Cohort,
}

impl Confirm {
    /// Checks, asks, confirms.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let rows = self.upload.check(&connection).await?;
        self.upload.print_preview(&rows, output)?;
        let id = self.upload.record(&connection, &rows).await?;
        let valid = rows.iter().filter(|row| row.refused.is_none()).count();
        if valid == 0 {
            return Err(Failure::new("no row of the file can be confirmed; mend it and try again"));
        }
        if !self.yes && !agreed(valid)? {
            return Err(Failure::new("nothing was confirmed"));
        }
        let lost = self.upload.send(&connection, (&rows, id), output).await?;
        if lost == 0 && valid == rows.len() { Ok(()) } else { Err(Failure::silent(REJECTED)) }
    }
}

impl Upload {
    /// As [`Confirm`] with `--yes`, whatever becomes of single rows.
    pub(super) async fn confirm_valid_rows(&self, connection: &Connection, output: Output) -> Result<(), Failure> {
        let rows = self.check(connection).await?;
        self.print_preview(&rows, output)?;
        let id = self.record(connection, &rows).await?;
        self.send(connection, (&rows, id), output).await.map(|_| ())
    }

    fn actor(&self) -> Result<Actor, Failure> {
        Ok(Actor::try_new(ActorKind::LeadProvider, self.lead_provider_id.as_str())?)
    }

    /// Cleans the file and puts every row to the domain.
    async fn check(&self, connection: &Connection) -> Result<Vec<CheckedRow>, Failure> {
        let named = |refused: urn_file::Refused| Failure::new(format!("{}: {refused}", self.csv.display()));
        let cells = urn_file::read(&data_folder::bytes(&self.csv)?).map_err(named)?;
        let register = Register::open(connection).await?;
        let upload = self.upload(&register).await?;
        if let Some(refusal) = upload_preview::refusal_of_the_whole(&upload) {
            return Err(Failure::new(format!("{}; nothing was confirmed", refusal.message.trim_end_matches('.'))));
        }
        let progress = Progress::start("Checking rows", cells.len().try_into().unwrap_or(0));
        let check = |cell: UrnCell| self.check_cell(&register, &upload, cell);
        let checked = stream::iter(cells).map(check).buffered(IN_FLIGHT);
        let rows = checked.inspect(|_| progress.add(1)).try_collect().await?;
        progress.finish();
        Ok(rows)
    }

    async fn check_cell(
        &self,
        register: &Register,
        upload: &upload_preview::Upload,
        cell: UrnCell,
    ) -> Result<CheckedRow, Failure> {
        let school = match upload_preview::urn(&cell) {
            Some(urn) => register.school(self, &urn).await?,
            None => KnownSchool::default(),
        };
        Ok(upload_preview::check(cell, upload, |_| school))
    }

    async fn upload(&self, register: &Register) -> Result<upload_preview::Upload, Failure> {
        let known = register.reference(self, None).await?;
        let reference = RecruitmentFacts {
            cohort: known.cohort.map(|it| CohortFacts { cohort: it.cohort, window_not_before: it.window_not_before }),
            lead_provider: known.lead_provider_name.map(|name| (self.lead_provider_id.clone(), name)),
            delivery_partner: known.delivery_partner_name.map(|name| (self.delivery_partner.clone(), name)),
            paired: known.paired,
            ..RecruitmentFacts::default()
        };
        // When and under which id a row would be confirmed decides nothing about whether it can be.
        let circumstances =
            Circumstances { actor: self.actor()?, received_at: chrono::Utc::now(), new_id: Uuid::now_v7() };
        Ok(upload_preview::Upload {
            cohort: self.cohort,
            delivery_partner_id: self.delivery_partner.clone(),
            circumstances,
            reference,
        })
    }

    /// Errors as a table, then what is left to confirm.
    fn print_preview(&self, rows: &[CheckedRow], output: Output) -> Result<(), Failure> {
        let mut errors = Table::new(&["row", "data", "school", "code", "error"]);
        for row in rows {
            if let Some((code, error)) = &row.refused {
                let school = row.school.as_ref().map_or("", |school| school.name.as_str());
                errors.push([json!(row.cell.row), json!(row.cell.digits), json!(school), json!(code), json!(error)]);
            }
        }
        let (refused, counted) = (errors.rows.len(), rows.len());
        let valid = counted - refused;
        output
            .say(format!("{}: {counted} schools listed, {refused} with errors, {valid} valid.", self.csv.display()))?;
        if refused > 0 { output.table(&errors) } else { Ok(()) }
    }

    /// Puts what was found on record: the quality of files is counted from the log.
    async fn record(&self, connection: &Connection, rows: &[CheckedRow]) -> Result<UploadId, Failure> {
        let (id, mut tally) = (UploadId(Uuid::now_v7()), Tally::default());
        tally.add(rows);
        let body = tally.record(id, (self.cohort, &self.delivery_partner));
        let client = Client::new(connection.nats(&self.actor()?).await?, self.actor()?);
        let reply = client.send(&Outgoing::new("RecordUploadPreview", body)?.with_id(CommandId(id.0))).await?;
        match reply.ended() {
            Ended::Accepted => Ok(id),
            other => Err(Failure::new(format!("the check of the file was not put on record ({other}); try again"))),
        }
    }

    /// One command per valid row; says how many were lost since the preview.
    async fn send(
        &self,
        connection: &Connection,
        (rows, upload_id): (&[CheckedRow], UploadId),
        output: Output,
    ) -> Result<usize, Failure> {
        let client = Client::new(connection.nats(&self.actor()?).await?, self.actor()?);
        let valid: Vec<_> = rows.iter().filter_map(|row| Some((row, sendable(row)?))).collect();
        let progress = Progress::start("Confirming rows", valid.len().try_into().unwrap_or(0));
        let send = |(row, urn): (&CheckedRow, Urn)| {
            let (client, outgoing, progress) = (client.clone(), self.row(&row.cell, &urn, upload_id), &progress);
            async move {
                let reply = client.send(&outgoing?).await?;
                progress.add(1);
                Ok::<_, Failure>((urn, reply))
            }
        };
        let replies = stream::iter(valid.clone()).map(send).buffered(IN_FLIGHT).try_collect::<Vec<_>>().await;
        progress.finish();
        self.print_result(&valid, &replies?, output)
    }

    fn row(&self, cell: &UrnCell, urn: &Urn, upload_id: UploadId) -> Result<Outgoing, Failure> {
        let body = json!({
            "school_urn": urn,
            "cohort": self.cohort,
            "delivery_partner_id": self.delivery_partner,
            "upload": { "upload_id": upload_id, "row": cell.row, "held": cell.held },
        });
        let id = CommandId(Uuid::new_v5(&upload_id.0, format!("{}/{urn}", cell.row).as_bytes()));
        Ok(Outgoing::new("ConfirmRecruitment", body)?.with_id(id))
    }

    fn print_result(
        &self,
        sent: &[(&CheckedRow, Urn)],
        replies: &[(Urn, Reply)],
        output: Output,
    ) -> Result<usize, Failure> {
        let mut lost = Table::new(&["row", "urn", "code", "why"]);
        for ((row, urn), (_, reply)) in sent.iter().zip(replies) {
            if reply.ended() != Ended::Accepted {
                let code = reply.ended().to_string();
                lost.push([json!(row.cell.row), json!(urn), json!(code), json!(reply.text("message"))]);
            }
        }
        let (count, confirmed) = (lost.rows.len(), sent.len() - lost.rows.len());
        let line = format!("{confirmed} recruitments confirmed with {} for {}", self.delivery_partner, self.cohort);
        output.say(format!("{line}; the schools will be told. {count} rows were lost since the check."))?;
        if count > 0 {
            output.table(&lost)?;
        }
        Ok(count)
    }
}

fn sendable(row: &CheckedRow) -> Option<Urn> {
    row.urn.clone().filter(|_| row.refused.is_none())
}

/// What is known of schools now: the views for the register, the log for the partnerships themselves.
struct Register {
    views: Views,
    log: Log,
}

impl Register {
    async fn open(connection: &Connection) -> Result<Self, Failure> {
        Ok(Self { views: connection.views().await?, log: connection.log().await? })
    }

    async fn reference(&self, upload: &Upload, urn: Option<&Urn>) -> Result<RecruitmentReference, Failure> {
        let lead_provider = Some(&upload.lead_provider_id);
        Ok(self.views.recruitment(lead_provider, &upload.delivery_partner, urn, upload.cohort).await?)
    }

    async fn school(&self, upload: &Upload, urn: &Urn) -> Result<KnownSchool, Failure> {
        let known = self.reference(upload, Some(urn)).await?;
        let stream = school_partnership::stream(urn, upload.cohort);
        let history = self.log.stream_page(&stream, 0, i64::MAX).await?;
        let own = |event: &'_ Event| match event {
            Event::SchoolPartnership(event) => Some(event.clone()),
            _ => None,
        };
        let events: Vec<_> = history.iter().filter_map(|recorded| own(&recorded.event)).collect();
        Ok(KnownSchool {
            entry: known.school,
            partnerships: SchoolPartnership::fold(&events),
            held_last_cohort: known.held_last_cohort,
            programme_choice: known.programme_choice,
        })
    }
}

/// Asks on the terminal; elsewhere nobody can agree.
fn agreed(valid: usize) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::new("nothing was confirmed; say --yes to confirm the valid rows without being asked"));
    }
    write!(io::stderr(), "The schools will be mailed. Confirm {valid} recruitments? [y/N] ")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
