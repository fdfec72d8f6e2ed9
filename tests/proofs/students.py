"""Students, in a process of their own: they join with the code, talk in a room, are cut off, and come back.

Run with the server's address and the code, then for each student a name, a room, and the line before which it is cut
off: 0 for never. It writes `ready` when all are in, talks at `go`, writes `done`, and at `end` tells as JSON what each
has seen: `tests/node/students.mjs` does the same with the JavaScript client.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import Request, urlopen

import socketio

LINES = 20
SECONDS = 40


class Student:
    """One of them. `stays` are its connections: sid, numbers of the lines got, number of the newest one of its own."""

    def __init__(self, url: str, code: str, name: str, room: str, cut_before: int) -> None:
        self.url, self.code, self.name, self.room, self.cut_before = url, code, name, room, cut_before
        self.stays: list[dict[str, Any]] = []
        self.sent: list[list[Any]] = []
        self.back = threading.Event()
        self.client = socketio.Client(reconnection_delay=0.05, reconnection_delay_max=0.2)
        take_in_turn(self.client)
        self.client.on("connect", self.came)
        self.client.on("line", self.got)

    def came(self) -> None:
        self.stays.append({"sid": self.client.get_sid(), "got": [], "acked": 0})
        self.back.set()

    def got(self, line: dict[str, Any]) -> None:
        self.stays[-1]["got"].append([line["number"], line["room"]])

    def join(self) -> None:
        sent = json.dumps({"code": self.code, "name": self.name}).encode()
        request = Request(f"{self.url}/_lab/join", sent, {"Content-Type": "application/json"})  # noqa: S310 - http
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - likewise
            told = json.load(answer)
        assert told["name"] == self.name
        self.client.connect(self.url, headers={"X-Sio-Lab-Pass": told["pass"]}, wait_timeout=SECONDS)
        self.enter()

    def enter(self) -> None:
        assert self.back.wait(SECONDS)
        self.client.call("enter", self.room, timeout=SECONDS)

    def talk(self) -> None:
        for number in range(1, LINES + 1):
            if number == self.cut_before:
                self.cut()
            text = f"{self.name} {number}"
            line = self.client.call("say", {"room": self.room, "text": text}, timeout=SECONDS)
            self.sent.append([text, line])
            self.stays[-1]["acked"] = line

    def cut(self) -> None:
        self.back.clear()
        self.client.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        self.enter()

    def end(self) -> dict[str, Any]:
        # Its answer comes behind all that was sent to this client before.
        self.client.call("enter", self.room, timeout=SECONDS)
        told = {"name": self.name, "room": self.room, "sent": self.sent, "stays": list(self.stays)}
        self.client.disconnect()
        return told


def take_in_turn(client: socketio.Client) -> None:
    """Have a client handle packets as they come: by itself it starts a thread for each."""
    trigger = client.eio._trigger_event

    def in_turn(event: str, *args: Any, run_async: bool = False, **options: Any) -> Any:
        return trigger(event, *args, run_async=run_async and event != "message", **options)

    client.eio._trigger_event = in_turn


def main(url: str, code: str, *words: str) -> None:
    """Have the students of the command line do all they do."""
    students = [Student(url, code, *words[at : at + 2], int(words[at + 2])) for at in range(0, len(words), 3)]
    with ThreadPoolExecutor(len(students)) as pool:
        for act, said in ((Student.join, "ready"), (Student.talk, "done")):
            list(pool.map(act, students))
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()
            sys.stdin.readline()
        json.dump(list(pool.map(Student.end, students)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
