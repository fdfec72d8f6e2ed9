"""The verbs of `%sio`, in one table: help, README, completion and the reading of a line are made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.commands import values
from sio_lab.commands.table_debugging import DEBUGGING, KEEPING
from sio_lab.commands.table_reaching import CLASSROOM, REACHING
from sio_lab.commands.verbs import Option, Parameter, Verb, listed
from sio_lab.commands.words import nearest, shortened
from sio_lab.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

HELP = Option(("-h", "--help"), "help", None, "show the verb's help page")
"""The option that every verb has."""

_DF = Option(("--df",), "df", None, "give a pandas DataFrame instead of the table")
_TO = Option(("--to",), "to", values.WHO, "whom it goes to; if left out, everyone in the namespace", is_many=True)
_SKIP = Option(("--skip",), "skip", values.WHO, "who gets nothing though --to covers them", is_many=True)
_NAMESPACE = Option(
    ("-n", "--namespace"), "namespace", values.NAMESPACE, "the namespace; if left out, the one WHO is in, else /"
)
_CALLED = Option(("--to",), "to", values.WHO, "the client that is to answer", is_required=True)
_TIMEOUT = Option(("--timeout",), "timeout", values.SECONDS, "5 if left out")
_CORS = Option(("--cors",), "cors", values.ORIGIN, "what other origins may connect")
_PLAIN = Option(("--plain",), "plain", None, "serve with the threads of plain Flask-SocketIO, which are slower")
_NO_SWITCH = Option(("--no-switch",), "no_switch", None, "leave Python's thread switch interval as it is")
_JOIN = Option(("--join",), "join", None, "let a class in: on your network's address, with a code and a QR")
_ANYONE = Option(("--anyone",), "anyone", None, "with a --host that others reach: let them in without a code")
_NO_MEND = Option(("--no-mend",), "no_mend", None, "leave pages that load socket.io from elsewhere as they are")
_HOST = Option(("--host",), "host", values.HOST, "127.0.0.1 if left out")
_PORT = Option(("--port",), "port", values.PORT, "a free one if left out")
_IN_NAMESPACE = Option(("-n", "--namespace"), "namespace", values.NAMESPACE, "/ if left out")
_NAMESPACES = Option(("-n", "--namespace"), "namespace", values.NAMESPACE, "/ if left out", is_many=True)
_AUTH = Option(("--auth",), "auth", values.JSON, "what the connect handler gets")
_TRANSPORT = Option(("--transport",), "transports", values.TRANSPORT, "polling, then WebSocket, if left out")

_EVENT, _WHO, _ROOM = Parameter(values.EVENT), Parameter(values.WHO), Parameter(values.ROOM)
_ARGUMENTS = Parameter(values.JSON, is_optional=True, is_many=True)
_BODY = "In a %%sio cell, the body may hold more arguments, over several lines."


def _table(name: str, summary: str, about: str, words: str) -> Verb:
    parameters = (Parameter(values.FILTER, is_optional=True, is_many=True),)
    return Verb(name, summary, about, parameters, (_DF,), f"{name} {words}", f'lab.{name}.where("{words}")')


_SERVER = (
    Verb(
        "start",
        "Start the server in this kernel",
        "Puts app, socketio and, where those names are free, emit, send, join_room, leave_room and request into your "
        "notebook. Where a server runs already, it says so. Defaults: %config SioMagics.",
        (),
        (_HOST, _PORT, _CORS, _JOIN, _ANYONE, _NO_MEND, _PLAIN, _NO_SWITCH),
        "start --port 5000",
        "lab.start(port=5000)",
    ),
    Verb(
        "stop",
        "Stop the server",
        "Clients are disconnected and background tasks end; what was recorded stays.",
        (),
        (),
        "stop",
        "lab.stop()",
    ),
    Verb(
        "restart",
        "Stop and start",
        "Port and handlers stay as they are; a module that is served is imported anew.",
        (),
        (),
        "restart",
        "lab.restart()",
    ),
    Verb(
        "serve",
        "Serve a SocketIO object of yours",
        "It takes the place of what is served, at the same address; clients reconnect.",
        (Parameter(values.SERVED),),
        (_HOST, _PORT),
        "serve chat:socketio",
        'lab.serve("chat:socketio")',
    ),
    Verb("status", "Say what runs, and where", "In one line.", (), (), "status", "lab.status()"),
    Verb(
        "help",
        "List the verbs, or explain one",
        "%sio VERB --help does the same.",
        (Parameter(values.VERB, is_optional=True),),
        (),
        "help emit",
        "",
    ),
)
_TABLES = (
    _table("clients", "Show the connected clients", "One row for each client and namespace.", "ns:/chat"),
    _table("rooms", "Show the rooms and who is in them", "Personal rooms are left out of what is shown.", "room:lobby"),
    _table("namespaces", "Show the namespaces", "Those with clients, handlers or a past.", "clients>0"),
    _table(
        "handlers",
        "Show the handlers",
        "How often each ran and raised, how long it took, and what it printed last.",
        "event:my*",
    ),
    _table("tasks", "Show the background tasks that run", "A cell's tasks end when it is run again.", "task:tick"),
    _table("traffic", "Show what happened", "A row for each event, emit, connection and request.", "client:ada ms>50"),
    _table("errors", "Show what went wrong", "The rows of the traffic table that have an error.", "event:chat"),
    _table("acks", "Show the acks", "The rows of the traffic table that asked for one.", "ns:/chat"),
    _table("sockets", "Show the open raw WebSockets", "Those that speak no Socket.IO.", "path:/echo"),
)
_ACTING = (
    Verb(
        "emit",
        "Send an event to clients",
        f"Returns who was reached. {_BODY}",
        (_EVENT, _ARGUMENTS),
        (_TO, _SKIP, _NAMESPACE),
        'emit "my response" {"data": 42} --to ada',
        'lab.emit("my response", {"data": 42}, to="ada")',
    ),
    Verb(
        "send",
        "Send the event 'message' to clients",
        f"Returns who was reached. {_BODY}",
        (Parameter(values.JSON, is_many=True),),
        (_TO, _SKIP, _NAMESPACE),
        "send hello --to lobby",
        'lab.send("hello", to="lobby")',
    ),
    Verb(
        "call",
        "Send an event to one client and wait for its ack",
        f"Returns the ack. {_BODY}",
        (_EVENT, _ARGUMENTS),
        (_CALLED, _TIMEOUT, _NAMESPACE),
        "call ping {} --to ada --timeout 2",
        'lab.call("ping", {}, to="ada", timeout=2)',
    ),
    Verb(
        "reach",
        "Say who an emit would reach",
        "Nothing is sent.",
        (),
        (_TO, _SKIP, _NAMESPACE),
        "reach --to lobby --skip ada",
        'lab.reach(to="lobby", skip="ada")',
    ),
    Verb(
        "join",
        "Put clients into a room",
        "",
        (_WHO, _ROOM),
        (_NAMESPACE,),
        "join ada lobby",
        'lab.join("ada", "lobby")',
    ),
    Verb(
        "leave",
        "Take clients out of a room",
        "",
        (_WHO, _ROOM),
        (_NAMESPACE,),
        "leave ada lobby",
        'lab.leave("ada", "lobby")',
    ),
    Verb(
        "close-room",
        "Take everyone out of a room",
        "",
        (_ROOM,),
        (_NAMESPACE,),
        "close-room lobby -n /chat",
        'lab.close_room("lobby", namespace="/chat")',
    ),
    Verb("kick", "Disconnect clients", "", (_WHO,), (_NAMESPACE,), "kick ada", 'lab.kick("ada")'),
)
_CELLS = (
    Verb(
        "on",
        "Make the cell's body a handler",
        "Names it assigns are local to it; return gives the ack.",
        (_EVENT, Parameter(values.PARAMETER, is_optional=True, is_many=True)),
        (_IN_NAMESPACE,),
        "on chat data",
        '@lab.on("chat")',
        "the handler's lines",
    ),
    Verb(
        "off",
        "Remove the handler of an event",
        "Whichever cell defined it.",
        (_EVENT,),
        (_IN_NAMESPACE,),
        "off chat",
        'lab.off("chat")',
    ),
    Verb(
        "page",
        "Serve the cell's body as a page",
        "It is a Jinja template; what the path holds in <> are its variables.",
        (Parameter(values.PATH),),
        (),
        "page /chat/<room>",
        'lab.page("/", "<h1>Hello</h1>")',
        "the page, a Jinja template",
    ),
    Verb(
        "app",
        "Run the cell as a whole program",
        "Its SocketIO is served, whether or not it calls socketio.run().",
        (),
        (),
        "app",
        "",
        "a Flask-SocketIO program",
    ),
)
_CLIENTS = (
    Verb(
        "client",
        "Connect a client that lives in this kernel",
        "It uses the real network. Asking again for a name replaces that client. ada = %sio client ada keeps it.",
        (Parameter(values.NAME),),
        (_NAMESPACES, _AUTH, _TRANSPORT),
        'client ada -n /chat --auth {"token": "t"}',
        'lab.client("ada", namespace="/chat", auth={"token": "t"})',
    ),
    Verb("inspect", "Show all about one row", "", (Parameter(values.ROW),), (), "inspect 7", "lab.traffic[7]"),
)
_VIEWS = (
    Verb(
        "dashboard",
        "Show the lab: its state, its tables and pictures in tabs, a form to emit with",
        "%sio alone does the same.",
        (),
        (),
        "dashboard",
        "lab.dashboard()",
    ),
    Verb(
        "sequence",
        "Draw the traffic as a sequence diagram",
        "A lane for each client and one for the server, time downward.",
        (Parameter(values.FILTER, is_optional=True, is_many=True),),
        (),
        "sequence client:ada,bob",
        'lab.sequence("client:ada,bob")',
    ),
    Verb(
        "map",
        "Draw who is in which room",
        "Choose a target, and see who would be reached.",
        (),
        (),
        "map",
        "lab.map()",
    ),
    Verb(
        "panels",
        "Show a panel for each of the lab's own clients, side by side",
        "What arrived, a line to emit, drop and reconnect. Without a name, all of them.",
        (Parameter(values.NAME, is_optional=True, is_many=True),),
        (),
        "panels ada bob eve",
        'lab.panels("ada", "bob", "eve")',
    ),
)
_GROUPS = {
    "Server": _SERVER,
    "Cells": _CELLS,
    "Tables": _TABLES,
    "Views": _VIEWS,
    "Act as the server": _ACTING,
    "Clients and rows": _CLIENTS,
    "Debugging": DEBUGGING,
    "Keeping": KEEPING,
    "Browsers": REACHING,
    "Classroom": CLASSROOM,
}

VERBS: Mapping[str, Verb] = {verb.name: verb for group in _GROUPS.values() for verb in group}
"""Name -> verb, in the order of the overview."""


def find(name: str) -> Verb:
    """Return the verb of that name; Usage, with the nearest ones, where there is none."""
    verb = VERBS.get(name.replace("_", "-"))
    if verb is None:
        meant = nearest(name.lower(), VERBS)
        raise Usage(f"There is no verb {shortened(name)!r}{meant} %sio help lists them.")
    return verb


def overview() -> str:
    """Return the page of `%sio help`."""
    parts = ["%sio VERB [arguments] [options]", *map(_group, _GROUPS), _WRITING]
    return "\n\n".join(parts)


def _group(heading: str) -> str:
    return "\n".join([heading, *(listed(verb.name, verb.summary) for verb in _GROUPS[heading])])


_WRITING = """\
How arguments are written
  {"a": 1} [1, 2] "two words" 5 true null     JSON, one after another; no quotes around it are needed
  hello                                       a single word is a text
  '{"a": 1}' 'two words'                      single quotes work as in a shell
  $name                                       the value of a Python variable
  --                                          ends the options: what follows are arguments
  "really?"                                   a ? at the end of a line needs quotes, else IPython takes it for help
  ;                                           at the end of a line hides the result, as after Python

%%sio with a body: every line of it is a command, but for empty ones and those that begin with #.
%sio help VERB, or %sio VERB --help, explains one verb. The verbs are methods of `lab` too: help(lab)."""
