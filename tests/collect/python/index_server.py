"""
A package index on this machine: the simple API as pages, whole files, parts of
files, refusals and slow answers.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECES = 32
"""In so many pieces a slow answer comes."""


@dataclass
class Server:
    """
    What the server has, by path, and what it was asked. It refuses everything
    from request number `refuses_from` on.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    status: int = 200
    seconds_a_piece: float = 0.0
    refuses_from: int | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def offer(self, name: str, content: bytes, **more: object) -> None:
        """Put a file up, on a page in JSON."""
        self.files[f"/files/{name}"] = content
        entry = {
            "filename": name,
            "url": f"../../files/{name}",
            "hashes": {},
            **more,
        }
        page = f"/simple/{name.partition('-')[0].lower()}/"
        listed = json.loads(self.files.get(page, b'{"files": []}'))
        listed["files"].append(entry)
        self.files[page] = json.dumps(listed).encode()
        self.kinds[page] = "application/vnd.pypi.simple.v1+json"

    @property
    def variables(self) -> dict[str, str]:
        return {"PIP_INDEX_URL": f"{self.url}/simple"}

    def answers(self) -> int:
        """Return the status of the next answer."""
        is_refused = (
            self.refuses_from is not None
            and len(self.asked) > self.refuses_from
        )
        return 403 if is_refused else self.status


class _Handler(BaseHTTPRequestHandler):
    state: Server

    def do_GET(self) -> None:
        state = self.state
        wanted = re.fullmatch(
            r"bytes=(\d*)-(\d*)", self.headers.get("Range", "")
        )
        state.asked.append((self.path, self.headers.get("Range", "")))
        state.tokens.append(self.headers.get("Authorization"))
        data, status = state.files.get(self.path), state.answers()
        if status != 200 or data is None:
            self.send_error(404 if status == 200 else status)
            return
        if wanted and state.ranges:
            first = (
                int(wanted[1])
                if wanted[1]
                else max(0, len(data) - int(wanted[2]))
            )
            last = (
                min(int(wanted[2]), len(data) - 1)
                if wanted[1]
                else len(data) - 1
            )
            self.send_response(206)
            self.send_header(
                "Content-Range", f"bytes {first}-{last}/{len(data)}"
            )
            data = data[first : last + 1]
        else:
            self.send_response(200)
        self.send_header(
            "Content-Type", state.kinds.get(self.path, "text/html")
        )
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self._send(data)

    def _send(self, data: bytes) -> None:
        if not self.state.seconds_a_piece:
            self.wfile.write(data)
            return
        size = len(data) // PIECES + 1
        for start in range(0, len(data), size):
            time.sleep(self.state.seconds_a_piece)
            try:
                self.wfile.write(data[start : start + size])
            except OSError:
                return

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Server]:
    """Yield a server that runs on 127.0.0.1 inside the `with` block."""
    state = Server()
    handler = type("Handler", (_Handler,), {"state": state})
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{running.server_address[1]}"
    try:
        yield state
    finally:
        running.shutdown()
        running.server_close()
