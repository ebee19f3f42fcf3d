"""A projection outside the service: follows the published events over JetStream with nats-py, and keeps a table of its own
in SQLite, together with the position it has come to. Killed at any point, it goes on where it stopped.

    pip install nats-py && python3 docs/how-to/follow_events.py weekly.sqlite

Beside `deploy/up` it finds the server by itself; elsewhere name it with NATS_URL, NATS_USER and NATS_PASSWORD. It ends once
it has come to the last event; with --follow it waits for more.
"""

import asyncio
import json
import os
import sqlite3
import sys

import nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

STREAM = "LEDGER_EVENTS"
TABLES = """
create table if not exists checkpoint (position integer not null);
insert into checkpoint select 0 where not exists (select 1 from checkpoint);
create table if not exists recruitments (lead_provider text, cohort text, count integer, primary key (lead_provider, cohort));
"""
COUNT = """
insert into recruitments values (?, ?, 1) on conflict (lead_provider, cohort) do update set count = count + 1
"""


def project(table: sqlite3.Connection, position: int, event: dict) -> None:
    """One event into the table. Row and position are one transaction, so that no event counts twice or not at all."""
    with table:
        (before,) = table.execute("select position from checkpoint").fetchone()
        if position <= before:
            return
        if position != before + 1:
            raise SystemExit(f"position {before + 1} is missing; the next one is {position}")
        if event["type"].startswith("training-ledger.RecruitmentConfirmed."):
            data = event["data"]
            table.execute(COUNT, (data["lead_provider"]["id"], data["cohort"]))
        table.execute("update checkpoint set position = ?", (position,))


def server() -> tuple[str, str, str]:
    """Address, user and password: from the environment, or as `deploy/up` left them."""
    if "NATS_URL" in os.environ:
        return os.environ["NATS_URL"], os.environ["NATS_USER"], os.environ["NATS_PASSWORD"]
    with open(".local/connection.json", encoding="utf-8") as file:
        variables = json.load(file)["variables"]
    return variables["NATS_URL"], variables["NATS_USER"], variables["NATS_PASSWORD"]


async def main(path: str, follow: bool) -> None:
    table = sqlite3.connect(path)
    table.executescript(TABLES)
    (position,) = table.execute("select position from checkpoint").fetchone()
    url, user, password = server()
    client = await nats.connect(url, user=user, password=password)
    stream = client.jetstream()
    last = (await stream.stream_info(STREAM)).state.last_seq
    # The sequence of the stream is the position in the log. Nothing is kept on the server: the position is ours.
    consumer = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=position + 1,
        ack_policy=AckPolicy.NONE,
        inactive_threshold=60,
    )
    events = await stream.pull_subscribe("", stream=STREAM, config=consumer)
    while follow or position < last:
        try:
            batch = await events.fetch(500, timeout=5)
        except (TimeoutError, nats.errors.TimeoutError):
            continue
        for message in batch:
            position = message.metadata.sequence.stream
            project(table, position, json.loads(message.data))
    await client.close()
    for row in table.execute("select lead_provider, cohort, count from recruitments order by 1, 2"):
        print(*row, sep=",")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], "--follow" in sys.argv))
