"""The verbs that explain, replay, keep and export what happened; part of `table`."""

from __future__ import annotations

from sio_lab.commands import values
from sio_lab.commands.verbs import Option, Parameter, Verb

_LIVE = Option(("--live",), "live", None, "really send, join and leave; without it, nothing of that leaves the run")
_TIMEOUT = Option(("--timeout",), "timeout", values.SECONDS, "how long a handler may take; 5 if left out")
_SPEED = Option(("--speed",), "speed", values.SPEED, "keep the pace; if left out, one right after the other")
_SOURCE = Option(("--from",), "source", values.FILE, "a capture that the rows are of; if left out, what is in the log")
_APP = Option(("--app",), "app", values.MODULE, "the module's object to test; if left out, the notebook's handlers")
_PARTLY = Option(("--partly",), "partly", None, "of a damaged or newer one, read what can be read")
_ROW, _FILE = Parameter(values.ROW_OR_LAST, is_optional=True), Parameter(values.FILE)

DEBUGGING = (
    Verb(
        "why",
        "Say why nothing arrived, or why it failed",
        "What happened to a row, how that is known, and what to do next. Without a number, the row is the one whose "
        "failure was told last; where nothing failed, the newest that there is something to remark of.",
        (_ROW,),
        (),
        "why 7",
        "lab.why(7)",
    ),
    Verb(
        "replay",
        "Run events again, with the handlers as they are now",
        "Shows both outcomes side by side. Nothing is sent, and nobody joins or leaves: but what else the handler's "
        "Python does, it does.",
        (Parameter(values.ROW, is_many=True),),
        (_LIVE, _SPEED, _TIMEOUT, _SOURCE),
        "replay 7",
        "lab.replay(7)",
    ),
    Verb(
        "debug",
        "Open the debugger where a handler failed",
        "With request, args and sid as they were. The newest 50 failures are kept.",
        (_ROW,),
        (),
        "debug last",
        'lab.debug("last")',
    ),
    Verb(
        "rerun",
        "Run a handler again here, in the cell",
        "So that breakpoints, and %debug after an error, work. Nothing is sent.",
        (_ROW,),
        (_LIVE,),
        "rerun 7",
        "lab.rerun(7)",
    ),
)
KEEPING = (
    Verb(
        "save",
        "Save what is in the log to a file",
        "A capture, an SQLite file: open it with load.",
        (_FILE,),
        (),
        "save lesson.sio",
        'lab.save("lesson.sio")',
    ),
    Verb(
        "record",
        "Record to a file as it happens",
        "Without a file, recording ends. A kernel that is killed loses the last 250 ms at most.",
        (Parameter(values.FILE, is_optional=True),),
        (),
        "record lesson.sio",
        'lab.record("lesson.sio")',
    ),
    Verb(
        "load",
        "Open a capture",
        "It has the same tables and pictures as the lab, without a server.",
        (_FILE,),
        (_PARTLY,),
        "load lesson.sio",
        'lab.load("lesson.sio")',
    ),
    Verb(
        "diff",
        "Compare two captures",
        "Which events, acks, counts and timings changed.",
        (_FILE, _FILE),
        (),
        "diff before.sio after.sio",
        'lab.diff("before.sio", "after.sio")',
    ),
    Verb(
        "export",
        "Write what happened as a pytest file or an AsyncAPI document",
        "The filter says which rows; without one, all of them.",
        (Parameter(values.FORM), _FILE, Parameter(values.FILTER, is_optional=True, is_many=True)),
        (_APP,),
        "export pytest test_chat.py client:ada",
        'lab.export("pytest", "test_chat.py", "client:ada")',
    ),
)
