"""The doors of the service as the odd year uses them: its clock, commands over NATS, its work queue and HTTP, its page."""

import html
import json
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any

from .. import london
from ..house import House
from .nats import Nats

AGGREGATES = {
    "PassReportToSupport": "support-case",
    "ResolveSupportCase": "support-case",
    "NominateInductionTutor": "school",
    "ChooseProgramme": "school",
    "RecordUploadPreview": "upload",
    "RecordRecommendationPreview": "upload",
} | dict.fromkeys(
    ("RegisterTrainee", "AmendTraineeDetails", "SubmitForTrn", "RecordTrn", "RecommendForQts", "RecordQtsAward",
     "DeferTrainee", "ReinstateTrainee", "ExtendTraining", "WithdrawTrainee", "UndoWithdrawal", "RescindRecommendation"),
    "trainee",
)
PAGE = "/report-incorrect-partnership"
FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@dataclass(frozen=True)
class Form:
    """A form that somebody has open: its hidden fields, and what the browser keeps."""

    fields: list[tuple[str, str]]
    cookies: str


class Door:
    """A running development service."""

    def __init__(self, house: House) -> None:
        self.house = house
        known = house.connection["variables"]
        self.nats = Nats(known["NATS_URL"], known["NATS_USER"], known["NATS_PASSWORD"])
        self.tokens: dict[str, str] = {}

    def set_clock(self, now: int) -> None:
        """Stops the service's clock at an instant."""
        body = json.dumps({"now": london.written(now), "stopped": True}).encode()
        request = urllib.request.Request(f"{self.house.address}/dev/clock", body, method="PUT")
        urllib.request.urlopen(request, timeout=60).close()

    def send(self, name: str, actor: str, body: dict[str, Any], by: str = "nats") -> dict[str, Any]:
        """Sends a command and gives the answer; what cannot even be read is a mistake of this program."""
        command_id = str(uuid.uuid4())
        answer = self.over_http(name, actor, body, command_id) if by == "api" else self.over_nats(
            name, actor, body, command_id, by)
        decided = answer.get("outcome") in ("accepted", "nothing_to_do", "rejected")
        if not decided or answer.get("rule", "").startswith("doors/"):
            raise RuntimeError(f"{name} of {actor} {body}: {answer}")
        return answer

    def over_nats(self, name: str, actor: str, body: dict[str, Any], command_id: str, by: str) -> dict[str, Any]:
        """By request, or by the work queue."""
        kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
        area = AGGREGATES.get(name, "school-partnership")
        kind = "queue" if by == "queue" else "cmd"
        listen = f"ledger.v1.outcome.{actor}.{command_id}" if by == "queue" else None
        subject = f"ledger.v1.{kind}.{actor}.{area}.{kebab}"
        return self.nats.ask(subject, body, {"Nats-Msg-Id": command_id}, listen)

    def over_http(self, name: str, actor: str, body: dict[str, Any], command_id: str) -> dict[str, Any]:
        """By HTTP, with a token of the actor's own."""
        headers = {"Authorization": f"Bearer {self.token(actor)}", "Idempotency-Key": command_id,
                   "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.house.address}/commands/{name}", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            return json.loads(refused.read())

    def token(self, actor: str) -> str:
        """A token of an actor, made when first needed."""
        if actor not in self.tokens:
            self.tokens[actor] = self.house.run("token", "new", "--actor", actor).strip()
        return self.tokens[actor]

    def open_form(self, token: str) -> Form | None:
        """The form behind the link of a mail; none where the page has none any more."""
        with self.browse(f"{PAGE}?token={token}") as shown:
            page, cookies = shown.read().decode(), shown.headers.get_all("Set-Cookie", [])
        fields = [(name, html.unescape(value)) for name, value in FIELD.findall(page)]
        kept = "; ".join(cookie.partition(";")[0] for cookie in cookies)
        return Form(fields, kept) if any(name == "command_id" for name, _ in fields) else None

    def send_form(self, form: Form, reason: str) -> None:
        """Chooses a reason and sends the form, as the browser does that opened it."""
        body = urllib.parse.urlencode([*form.fields, ("reason", reason)]).encode()
        self.browse(PAGE, body, form.cookies).close()

    def browse(self, path: str, body: bytes | None = None, cookies: str = "") -> Any:
        """A page, after where it sends the browser; one that says why not is a page too, unless the form had expired."""
        headers = {"Accept": "text/html", "Cookie": cookies}
        request = urllib.request.Request(f"{self.house.address}{path}", body, headers)
        try:
            return urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as shown:
            if shown.code == 403:
                raise
            return shown
