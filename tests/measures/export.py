"""What left the service: its events and its refusals, as exports wrote them."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator

from .london import instant

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


def lines(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of an export as NDJSON, in their order."""
    for path in sorted(folder.glob("*.ndjson")):
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


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
