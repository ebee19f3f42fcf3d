"""As much of a NATS client as asking and being answered takes, over the protocol's own lines of text."""

import json
import socket
import uuid
from typing import Any
from urllib.parse import urlsplit


class Nats:
    """A connection as one user."""

    def __init__(self, url: str, user: str, password: str) -> None:
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=60)
        self.reader = self.socket.makefile("rb")
        self.reader.readline()
        self.inbox = f"_INBOX.{uuid.uuid4().hex}"
        options = {"user": user, "pass": password, "headers": True, "no_responders": True, "verbose": False,
                   "pedantic": False, "protocol": 1, "lang": "python", "version": "1"}
        self.say(f"CONNECT {json.dumps(options)}\r\nSUB {self.inbox}.* 1\r\n".encode())
        self.asked = 0

    def say(self, line: bytes) -> None:
        """Sends bytes."""
        self.socket.sendall(line)

    def ask(self, subject: str, body: Any, headers: dict[str, str], listen: str | None = None) -> Any:
        """Publishes a message and waits for the answer, in the inbox or on a subject of its own."""
        self.asked += 1
        reply = f"{self.inbox}.{self.asked}"
        if listen:
            self.say(f"SUB {listen} {self.asked + 1}\r\n".encode())
        lines = "NATS/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        head, payload = lines.encode(), json.dumps(body).encode()
        self.say(f"HPUB {subject} {reply} {len(head)} {len(head) + len(payload)}\r\n".encode()
                 + head + payload + b"\r\n")
        return json.loads(self.heard(listen or reply))

    def heard(self, subject: str) -> bytes:
        """The payload of the next message on a subject."""
        while True:
            words = self.reader.readline().split()
            if not words:
                raise ConnectionError("NATS closed the connection")
            if words[0] == b"PING":
                self.say(b"PONG\r\n")
            elif words[0] == b"-ERR":
                raise ConnectionError(b" ".join(words).decode())
            elif words[0] in (b"MSG", b"HMSG"):
                whole = self.reader.read(int(words[-1]) + 2)[:-2]
                head = int(words[-2]) if words[0] == b"HMSG" else 0
                if words[1].decode() == subject:
                    return whole[head:]

    def close(self) -> None:
        """Ends the connection."""
        self.socket.close()
