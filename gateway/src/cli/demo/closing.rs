//! What the demo shows when the year is over: management information, one history, refusals, the proof, what to try.

use std::time::Duration;

use event_store::Verdict;
use events_schema::ids::{DeliveryPartnerId, PartnershipId, TraineeId, Urn};
use serde_json::json;

use super::{
    super::{
        connection::Connection,
        failure::{Failure, NOT_PROVED},
        output::{Output, Table},
        program, report,
        slice::Slice,
        trace, verify,
    },
    mails,
    stage::Stage,
};

/// How long the views may take to reach the end of the year.
const PATIENCE: Duration = Duration::from_mins(1);

/// Records that the next steps name.
pub(super) struct TryNext {
    /// A trainee with a history.
    pub(super) trainee: TraineeId,
    /// A school that nobody recruited.
    pub(super) school: Urn,
    /// A delivery partner of the demo's lead provider.
    pub(super) delivery_partner: DeliveryPartnerId,
}

/// Prints it all; fails if the log cannot be proved.
pub(super) async fn print(
    connection: &Connection,
    stage: &Stage<'_>,
    try_next: &TryNext,
    output: Output,
) -> Result<(), Failure> {
    let head = connection.log().await?.head().await?.position;
    connection.views().await?.wait_until(head, PATIENCE).await?;
    output.say("\nHow the year's commands ended:\n")?;
    output.table(&commands(stage))?;
    output.say("\nManagement information (report overview):\n")?;
    report::print(connection, "overview", &Slice::default(), output).await?;
    let partnership = recruited_again(stage);
    if let Some(partnership) = partnership {
        output.say(format!("\nWhy was partnership {partnership} broken?\n"))?;
        trace::of_partnership(connection, partnership, output).await?;
    }
    output.say("\nRefusals by code:\n")?;
    output.table(&refusals(stage))?;
    output.say("")?;
    let verdict = verify::verdict(connection).await?;
    verify::print(&verdict, output)?;
    where_the_mails_are(connection, output).await?;
    next_steps(connection, partnership, try_next, output)?;
    if matches!(verdict, Verdict::Holds { .. }) { Ok(()) } else { Err(Failure::silent(NOT_PROVED)) }
}

/// A partnership that was reported by the link in a mail, then once more, and whose school was recruited again.
fn recruited_again(stage: &Stage<'_>) -> Option<PartnershipId> {
    let again =
        |(school, broken): &&(_, PartnershipId)| stage.partnership_now(school).is_some_and(|now| now != *broken);
    let twice = |(school, _): &&(_, PartnershipId)| stage.reported_twice.contains(school);
    let all_of_it = stage.reported_by_mail.iter().filter(twice).find(again);
    all_of_it.or(stage.reported_by_mail.first()).map(|(_, partnership)| *partnership)
}

/// Accepted, nothing to do and refused, by command.
fn commands(stage: &Stage<'_>) -> Table {
    let mut table = Table::new(&["command", "accepted", "nothing to do", "refused"]);
    let mut names: Vec<_> = stage.tally.keys().map(|(name, _)| *name).collect();
    names.dedup();
    for name in names {
        let count = |wanted: &dyn Fn(&str) -> bool| {
            let of = stage.tally.iter().filter(|((of, ended), _)| *of == name && wanted(ended));
            of.map(|(_, count)| count).sum::<u64>()
        };
        let (accepted, nothing) = (count(&|ended| ended == "accepted"), count(&|ended| ended == "nothing to do"));
        let refused = count(&|_| true) - accepted - nothing;
        table.push([json!(name), json!(accepted), json!(nothing), json!(refused)]);
    }
    table
}

async fn where_the_mails_are(connection: &Connection, output: Output) -> Result<(), Failure> {
    let (count, port) = (mails::count(connection).await?, connection.variable("PORT").unwrap_or_default());
    output.say(format!("\n{count} mails were sent; read them at http://127.0.0.1:{port}/dev/mailbox"))
}

fn refusals(stage: &Stage<'_>) -> Table {
    let mut table = Table::new(&["command", "code", "refusals"]);
    for ((name, ended), count) in &stage.tally {
        if !["accepted", "nothing to do"].contains(&ended.as_str()) {
            table.push([json!(name), json!(ended), json!(count)]);
        }
    }
    table
}

fn next_steps(
    connection: &Connection,
    partnership: Option<PartnershipId>,
    try_next: &TryNext,
    output: Output,
) -> Result<(), Failure> {
    let TryNext { trainee, school, delivery_partner } = try_next;
    let program = program();
    let url = connection.variable("NATS_URL").unwrap_or_default();
    let partnership = partnership.map(|id| id.to_string()).unwrap_or_default();
    output.say(format!(
        r#"
What to try next, while the service runs (in another terminal, in this folder):

  {program} report list
  {program} trace {partnership}
  {program} trace {trainee}
  {program} events tail --follow
  {program} replay --as-of 2025-10-31 --report overview
  {program} send ConfirmRecruitment --actor lead-provider_teach-first \
      '{{"school_urn":"{school}","cohort":"2025","delivery_partner_id":"{delivery_partner}"}}'

The same command from any NATS client; the passwords stand in .local/connection.json under nats_users:

  nats --server {url} --user lead-provider_teach-first --password "$PASSWORD" \
      request ledger.v1.cmd.lead-provider_teach-first.school-partnership.confirm-recruitment \
      '{{"school_urn":"{school}","cohort":"2025","delivery_partner_id":"{delivery_partner}"}}' \
      --header "Nats-Msg-Id:$(uuidgen)"

  # Python, with nats-py
  import asyncio, json, uuid, nats

  async def main():
      users = json.load(open(".local/connection.json"))["nats_users"]
      me = "lead-provider_teach-first"
      nc = await nats.connect("{url}", user=me, password=users[me])
      body = {{"school_urn": "{school}", "cohort": "2025", "delivery_partner_id": "{delivery_partner}"}}
      reply = await nc.request(
          f"ledger.v1.cmd.{{me}}.school-partnership.confirm-recruitment",
          json.dumps(body).encode(), headers={{"Nats-Msg-Id": str(uuid.uuid4())}})
      print(json.loads(reply.data))

  asyncio.run(main())
"#
    ))
}
