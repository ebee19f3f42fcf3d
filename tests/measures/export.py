"""What left the service: its events as an export wrote them, and its refusals as the ledger keeps them."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Iterator

from .london import instant

REFUSALS = """
    select json_build_object('ledger_position', ledger_position, 'command_type', command_type, 'code', code,
        'actor', actor, 'given', given::json, 'channel', channel, 'head_position', head_position,
        'received_at', to_char(received_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    from ledger.commands where outcome = 'rejected' order by ledger_position
"""
"""What asks the ledger for them."""


@dataclass(frozen=True)
class Event:
    """An event of the export."""

    position: int
    kind: str
    event_id: str
    stream: str
    happened_at: int
    actor: str
    channel: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """A command that was refused."""

    position: int
    command: str
    code: str
    actor: str
    channel: str
    given: dict[str, Any]
    received_at: int
    head: int


@dataclass(eq=False)
class Log:
    """Everything that can be known from outside."""

    events: list[Event]
    refusals: list[Refusal] = field(default_factory=list)


def events(folder: Path) -> Iterator[Event]:
    """The events of an export as NDJSON, in the order of the log."""
    for path in sorted(folder.glob("*.ndjson")):
        with path.open(encoding="utf-8") as lines:
            yield from (event(json.loads(line)) for line in lines)


def event(line: dict[str, Any]) -> Event:
    """An event from its line."""
    return Event(
        position=line["position"],
        kind=line["event_type"],
        event_id=line["event_id"],
        stream=line["stream"],
        happened_at=instant(line["happened_at"]),
        actor=line["actor"],
        channel=channel(line["channel"]),
        payload=line["payload"],
    )


def refusals(folder: Path) -> Iterator[Refusal]:
    """The refusals of an export as NDJSON, in the order of the ledger."""
    for path in sorted(folder.glob("*.ndjson")):
        with path.open(encoding="utf-8") as lines:
            yield from (refusal(json.loads(line)) for line in lines)


def refusals_in(rows: Iterable[str]) -> Iterator[Refusal]:
    """The refusals in the ledger itself, for a release that does not export them: what `REFUSALS` gives."""
    return (refusal(json.loads(row)) for row in rows)


def refusal(row: dict[str, Any]) -> Refusal:
    """A refusal from its row."""
    return Refusal(
        position=row["ledger_position"],
        command=row["command_type"],
        code=row["code"],
        actor=row["actor"],
        channel=channel(row["channel"]),
        given=row["given"],
        received_at=instant(row["received_at"]),
        head=row["head_position"],
    )


def channel(code: str) -> str:
    """The way a command came in; the queue of NATS is NATS."""
    return "nats" if code == "queue" else code
