"""A running development service as a player sees it: commands through its own door, and the clock that it lets be set."""

import json
import random
import re
import uuid
from pathlib import Path

from .london import written
from .nats import Nats

DIRECTOR = "system_demo"


class Stage:
    """Sends commands for anybody, under ids that hang on the seed."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        """Connects as the service's own user, which may speak for every actor."""
        variables = json.loads((folder / "connection.json").read_text(encoding="utf-8"))["variables"]
        self.nats = Nats(variables["NATS_URL"], variables["NATS_USER"], variables["NATS_PASSWORD"])
        self.chance = chance

    def new_id(self) -> str:
        """The next id of the seed."""
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def send(self, actor: str, aggregate: str, command: str, body: dict) -> dict:
        """Sends a command and returns the answer."""
        subject = f"ledger.v1.cmd.{actor}.{aggregate}.{kebab(command)}"
        return self.nats.ask(subject, body, {"Nats-Msg-Id": self.new_id()})

    def set_clock(self, at: int) -> None:
        """Stops the service's clock at an instant."""
        answer = self.nats.ask(f"ledger.v1.clock.{DIRECTOR}", {"now": written(at), "stopped": True})
        if "now" not in answer:
            raise ConnectionError(f"the clock was not set: {answer}")


def kebab(name: str) -> str:
    """`RegisterTrainee` as a subject spells it."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()
