"""A NATS client of the standard library alone: enough to ask a question and read its answer."""

import json
import re
import socket
import uuid
from urllib.parse import urlsplit

PATIENCE_SECONDS = 30


class Nats:
    """One connection, one question at a time."""

    def __init__(self, url: str, user: str, password: str) -> None:
        """Connects and signs in."""
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), PATIENCE_SECONDS)
        self.lines = self.socket.makefile("rb")
        self.inbox = f"_INBOX.{uuid.uuid4().hex}"
        self.lines.readline()
        hello = {"verbose": False, "pedantic": False, "headers": True, "lang": "python", "version": "1",
                 "protocol": 1, "no_responders": True, "user": user, "pass": password}
        self.write(f"CONNECT {json.dumps(hello)}\r\nSUB {self.inbox}.* 1\r\nPING\r\n".encode())
        self.wait_for(b"PONG")

    def ask(self, subject: str, body: object, headers: dict[str, str] | None = None) -> dict:
        """Sends one question and reads its answer."""
        reply = f"{self.inbox}.{uuid.uuid4().hex}"
        head = "NATS/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items()) + "\r\n"
        whole = head.encode() + json.dumps(body).encode()
        self.write(f"HPUB {subject} {reply} {len(head)} {len(whole)}\r\n".encode() + whole + b"\r\n")
        while True:
            heard, answer = self.message()
            if heard == reply:
                return json.loads(answer)

    def message(self) -> tuple[str, bytes]:
        """The next message: its subject and body, headers left out."""
        line = self.wait_for(b"MSG", b"HMSG").decode().split()
        head = int(line[-2]) if line[0] == "HMSG" else 0
        body = self.lines.read(int(line[-1]))
        self.lines.readline()
        if head and re.match(rb"NATS/1\.0 503", body):
            raise ConnectionError(f"nobody answers {line[1]}")
        return line[1], body[head:]

    def wait_for(self, *verbs: bytes) -> bytes:
        """The next line that begins with one of these."""
        while True:
            line = self.lines.readline()
            if not line or line.startswith(b"-ERR"):
                raise ConnectionError(line.decode() or "the server hung up")
            if line.startswith(b"PING"):
                self.write(b"PONG\r\n")
            if line.split(b" ")[0].strip() in verbs:
                return line

    def write(self, text: bytes) -> None:
        """Sends bytes as they are."""
        self.socket.sendall(text)
