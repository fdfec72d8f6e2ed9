"""Secrets that a client shows at the door are in no record, whichever way they come and whatever becomes of them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from sio_lab.errors import LabError
from sio_lab.lab import Lab

SHOWN = "s3cr3t-0f-ada"
HEADERS = {"Authorization": f"Bearer {SHOWN}", "Cookie": f"session={SHOWN}", "X-Api-Key": SHOWN}


@pytest.mark.parametrize("transports", [["polling"], ["websocket"], None])
@pytest.mark.parametrize("auth", [{"token": SHOWN}, SHOWN, {"deep": [{"er": SHOWN}]}], ids=["dict", "text", "deep"])
@pytest.mark.parametrize("answer", [None, False], ids=["let in", "refused"])
def test_no_record_has_it(auth: Any, transports: list[str] | None, answer: bool | None) -> None:
    lab, seen = Lab(), []
    lab.socketio.on_event("connect", lambda given: (seen.append(given), answer)[1])
    lab.start()
    with suppress(LabError):
        lab.client("ada", auth=auth, headers=HEADERS, query={"token": SHOWN}, transports=transports)
    shown = lab.traffic.where("kind:connect,refused")[-1]
    lab.close()
    assert seen == [auth]
    assert SHOWN not in repr(lab.log.since())
    assert SHOWN not in lab.traffic.df.to_string() + repr(shown) + str(shown) + repr(shown.request_event)
