"""The verbs that bring browsers and a class in; part of `table`."""

from __future__ import annotations

from sio_lab.commands import values
from sio_lab.commands.verbs import Option, Parameter, Verb

_NAMESPACE = Option(
    ("-n", "--namespace"), "namespace", values.NAMESPACE, "the namespace; if left out, the one WHO is in, else /"
)

REACHING = (
    Verb(
        "open",
        "Show the client page, or a page of yours, below the cell",
        "A browser of its own that connects to the server: two of them are two browsers. The address is found from "
        "where the notebook is shown, through a hub's proxy, too; a link beside it opens it elsewhere.",
        (Parameter(values.PATH, is_optional=True),),
        (),
        "open",
        "lab.open()",
    ),
    Verb(
        "doctor",
        "Find out why a client can't connect",
        "Looks through the log and at this installation: what is wrong, what shows it, what to do.",
        (),
        (),
        "doctor",
        "lab.doctor()",
    ),
)
CLASSROOM = (
    Verb(
        "classroom",
        "Show link, QR and the controls of a class",
        "Of a server that was started with --join.",
        (),
        (),
        "classroom",
        "lab.classroom()",
    ),
    Verb(
        "pause",
        "Refuse the events of students, politely, until resume",
        "Your own clients go on.",
        (),
        (),
        "pause",
        "lab.pause()",
    ),
    Verb("resume", "Take the events of students again", "", (), (), "resume", "lab.resume()"),
    Verb("lock", "Let no more students in", "Who is in may come back.", (), (), "lock", "lab.lock()"),
    Verb("unlock", "Let students in again", "", (), (), "unlock", "lab.unlock()"),
    Verb(
        "rename",
        "Give a student another name",
        "In all tables and pictures, for all tabs of that student; it lasts when the connection is lost.",
        (Parameter(values.WHO), Parameter(values.NAME)),
        (_NAMESPACE,),
        "rename ada Ada",
        'lab.rename("ada", "Ada")',
    ),
    Verb(
        "announce",
        "Show a text to all students",
        "On the lab's client page; other pages get the event 'announcement'.",
        (Parameter(values.TEXT),),
        (),
        'announce "Five more minutes"',
        'lab.announce("Five more minutes")',
    ),
    Verb(
        "limit",
        "Limit how many events a second each student may send",
        "100 in a class for which nothing else was said; off for no limit. What is above it is refused, politely.",
        (Parameter(values.RATE),),
        (),
        "limit 5",
        "lab.limit(5)",
    ),
)
