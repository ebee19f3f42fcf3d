"""A carrier that speaks as GOV.UK Notify does: takes mails, keeps them, and says of each later what it is told to say."""

import json
import re
import threading
import urllib.request
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .. import london

CALLBACK_TOKEN = "a-secret-of-the-odd-year-alone"
LINK = re.compile(r"/report-incorrect-partnership\?token=([0-9a-f]{32})")


@dataclass
class Taken:
    """A mail that was handed over: the carrier's id, whose notice it is, and the token in its link."""

    carried_as: str
    notice_id: str
    token: str | None


class Carrier:
    """The carrier at a port of its own."""

    def __init__(self) -> None:
        self.taken: dict[str, Taken] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def surroundings(self) -> dict[str, str]:
        """How the service finds it."""
        return {
            "MAIL_CARRIER": "notify",
            "NOTIFY_URL": f"http://127.0.0.1:{self.server.server_port}",
            "NOTIFY_API_KEY": f"odd-{uuid.uuid4()}-{uuid.uuid4()}",
            "NOTIFY_TEMPLATE_ID": str(uuid.uuid4()),
            "NOTIFY_CALLBACK_TOKEN": CALLBACK_TOKEN,
        }

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """What answers requests."""
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(201, {"id": carrier.take(mail).carried_as})

            def do_GET(self) -> None:
                self.answer(200, {"notifications": []})

            def answer(self, status: int, body: object) -> None:
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def take(self, mail: dict) -> Taken:
        """Keeps a mail."""
        link = LINK.search(mail["personalisation"]["body"])
        taken = Taken(str(uuid.uuid4()), mail["reference"], link.group(1) if link else None)
        self.taken[taken.notice_id] = taken
        return taken

    def say(self, address: str, notice_id: str, status: str, at: int) -> int:
        """Tells the service how a mail stands, as of an instant; the status of the service's answer."""
        body = {"id": self.taken[notice_id].carried_as, "reference": notice_id, "status": status,
                "completed_at": london.written(at)}
        headers = {"Authorization": f"Bearer {CALLBACK_TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{address}/notify/callback", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
