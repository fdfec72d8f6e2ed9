"""Programs in which something goes on in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.visitors import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Peer

SEVERAL = 4
"""How many pushes are waited for: enough to see that they go on."""


def push_thread(url: str, connect: Callable[..., Peer]) -> None:
    assert "Pushed (threading)" in Browser(url).get("/").text
    ada = connect()
    ada.wait_for("server_push", SEVERAL)
    bob = connect()
    [first, *counts] = [message["count"] for (message,) in bob.wait_for("server_push", SEVERAL)]
    assert first == 0
    assert counts == list(range(counts[0], counts[0] + len(counts)))  # one task counts, not two
    ada.emit("my_ping")
    assert ada.wait_for("my_pong") == [({"sid": ada.get_sid()},)]


def world_clock(url: str, connect: Callable[..., Peer]) -> None:
    assert 'io().on("tick"' in Browser(url).get("/").text
    ada = connect()
    numbers = [tick["number"] for (tick,) in ada.wait_for("tick", SEVERAL)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def greenhouse(url: str, connect: Callable[..., Peer]) -> None:
    ada = connect("/greenhouse")
    assert ada.wait_for("welcome") == [({"sensors": ["temperature", "humidity"]},)]
    ada.wait_until(lambda: {reading["sensor"] for (reading,) in ada.got("reading")} == {"temperature", "humidity"})
    latest = Browser(url).get("/latest").json
    assert 15 <= latest["temperature"] <= 35
    assert 40 <= latest["humidity"] <= 90
    bob = connect("/greenhouse")
    readings = [reading["sensor"] for (reading,) in bob.wait_for("reading", 2 * SEVERAL)]
    assert abs(readings.count("temperature") - readings.count("humidity")) <= 2  # a task for each sensor


def stock_ticker(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada, bob = Browser(url), connect("/stocks"), connect("/stocks")
    assert ada.ask("watch", "ACME", namespace="/stocks") == {"watching": "ACME"}
    assert ada.ask("watch", "NONE", namespace="/stocks") == {"error": "unknown symbol"}
    prices = [price for (price,) in ada.wait_for("price", SEVERAL)]
    assert {price["symbol"] for price in prices} == {"ACME"}
    assert browser.get("/prices/globex").json["symbol"] == "GLOBEX"
    assert browser.get("/prices/nope").status == 404
    ada.ask("unwatch", "ACME", namespace="/stocks")
    assert bob.got("price") == []


def log_tail(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada = Browser(url), connect("/log")
    assert browser.post("/buy", item="socks").text == "thanks"
    assert browser.post("/buy", item="unicorn").status == 409
    expected = ["INFO sold: socks", "ERROR there are no unicorns"]
    assert ada.wait_for("line", 2) == [(line,) for line in expected]
    ada.ask("last lines", 5, namespace="/log")
    assert ada.wait_for("lines") == [(expected,)]


def progress_bar(url: str, connect: Callable[..., Peer]) -> None:
    browser, ada, bob = Browser(url), connect(), connect()
    job = ada.ask("start_job", {"steps": 5})
    assert ada.wait_for("finished") == [({"job": job},)]
    assert ada.got("progress") == [({"job": job, "percent": percent},) for percent in (20, 40, 60, 80, 100)]
    other = bob.ask("start_job", {"steps": 1})
    assert bob.wait_for("finished") == [({"job": other},)]
    assert ada.got("finished") == [({"job": job},)]
    assert browser.get(f"/jobs/{job}").json == {"job": job, "status": "done"}
    assert browser.get("/jobs/none").status == 404
