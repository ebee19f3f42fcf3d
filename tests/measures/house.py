"""A private service in a folder of its own: started, asked over HTTP, by command and by psql, and stopped."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

PATIENCE = 600
SETTLED = """
    select (select min(position) from gateway.processes where process in ('notices', 'hand-over', 'outbox'))
           >= (select position from ledger.log_head)
       and not exists (select from gateway.timers where due_at <= clock_timestamp())
       and not exists (select from gateway.outbox where state = 'waiting')
"""


class Session:
    """One psql that stays connected: many questions are asked, and each connection costs more than its answer."""

    END = "--- end of answer ---"

    def __init__(self, database_url: str) -> None:
        command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
                   database_url]
        self.psql = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                     encoding="utf-8")

    def ask(self, query: str) -> list[str]:
        """The lines of the answer."""
        self.psql.stdin.write(f"{query};\n\\echo '{self.END}'\n")
        self.psql.stdin.flush()
        lines = []
        while (line := self.psql.stdout.readline().rstrip("\n")) != self.END:
            if not line and self.psql.poll() is not None:
                raise RuntimeError(f"psql gave up on: {query}")
            lines.append(line)
        return [line for line in lines if line]

    def close(self) -> None:
        """Ends it."""
        self.psql.stdin.close()
        self.psql.wait(PATIENCE)


class House:
    """`training-ledger up` in a folder."""

    def __init__(self, program: Path, folder: Path, surroundings: dict[str, str] | None = None) -> None:
        self.program, self.folder = program, folder
        self.surroundings = os.environ | (surroundings or {})
        self.service: subprocess.Popen[bytes] | None = None
        self.session: Session | None = None
        self.token = ""

    def play_demo(self) -> None:
        """Plays the demo's year to its end."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "demo.log").open("wb") as log:
            subprocess.run([self.program, "up", "--demo", "--exit"], cwd=self.folder, env=self.surroundings,
                           stdout=log, stderr=log, check=True)

    def __enter__(self) -> "House":
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "up.log").open("ab") as log:
            self.service = subprocess.Popen([self.program, "up"], cwd=self.folder, env=self.surroundings,
                                            stdout=log, stderr=log)
        self.wait_until_ready()
        self.token = self.run("token", "new", "--actor", "system_measures").strip()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self.session is not None:
            self.session.close()
            self.session = None
        self.service.send_signal(signal.SIGINT)
        self.service.wait(PATIENCE)

    def wait_until_ready(self) -> None:
        """Waits until the service says that it takes requests."""
        end = time.monotonic() + PATIENCE
        while not self.is_ready():
            if self.service.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the service did not start; see {self.folder / 'up.log'}")
            time.sleep(0.1)

    def wait_until_settled(self) -> None:
        """Waits until nothing is due: no timer, no mail, no event that a process has not seen."""
        end = time.monotonic() + PATIENCE
        while self.psql(SETTLED) != ["t"]:
            if time.monotonic() > end:
                raise RuntimeError("the service does not come to rest; see gateway.processes")
            time.sleep(0.2)

    def is_ready(self) -> bool:
        """Whether it takes requests."""
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (OSError, KeyError, ValueError):
            return False

    @property
    def connection(self) -> dict[str, Any]:
        """What the service left for other commands."""
        return json.loads((self.folder / ".local/connection.json").read_text("utf-8"))

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.connection['variables']['PORT']}"

    @property
    def database_url(self) -> str:
        """Its database."""
        return self.connection["variables"]["DATABASE_URL"]

    def run(self, *arguments: str) -> str:
        """What a command prints."""
        ran = subprocess.run([self.program, *arguments], cwd=self.folder, env=self.surroundings, check=False,
                             capture_output=True, text=True, encoding="utf-8")
        if ran.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {ran.stderr.strip()}")
        return ran.stdout

    def psql(self, query: str) -> list[str]:
        """The lines that a query gives."""
        if self.session is None:
            self.session = Session(self.database_url)
        return self.session.ask(query)

    def get(self, path: str, **query: str) -> Any:
        """What it answers to a question, numbers as they are written."""
        question = urllib.parse.urlencode({name: value for name, value in query.items() if value})
        request = urllib.request.Request(f"{self.address}{path}?{question}",
                                         headers={"Authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer, parse_float=Decimal)
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{path}?{question}: {refused.read().decode()}") from refused

    def measure(self, name: str, **slice_: str) -> Any:
        """A measure over HTTP."""
        return self.get(f"/api/v1/measures/{name}", **slice_)

    def measure_by_command(self, name: str, **slice_: str) -> list[dict[str, Any]]:
        """A measure on the command line: its rows, the total among them."""
        options = [f"--{key.replace('_', '-')}={value}" for key, value in slice_.items() if value]
        return json.loads(self.run("--format", "json", "report", name, *options), parse_float=Decimal)
