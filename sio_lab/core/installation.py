"""What is installed beside the lab in this kernel's environment, and whether the lab can work with it."""

from __future__ import annotations

import re
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from sio_lab.core.cause import HINDRANCE, LIKELY, REMARK, SURE
from sio_lab.core.elsewhere import HUB_PREFIX
from sio_lab.core.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PACKAGE = "sio-lab"
PROXY = "jupyter-server-proxy"
WEBSOCKETS = "simple-websocket"
GREEN = ("eventlet", "gevent")
ONCE = ("flask-socketio", "python-socketio", "python-engineio")
"""Of these a second copy is a trap: pip renews the one, and Python imports the other."""

_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*\(?([^;)]*)\)?\s*(;.*)?$")
_BOUND = re.compile(r"(>=|<=|==|!=|<|>)\s*([0-9][0-9.]*)")
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*")


class Installed:
    """What importlib.metadata tells of an environment: versions by name, as often as they are there."""

    def __init__(self, distributions: Iterable[tuple[str, str]], requires: Iterable[str] = ()) -> None:
        every = [(_folded(name), version) for name, version in distributions]
        self.versions = dict(reversed(every))
        """Name -> the version that is imported: of several, the one that is found first."""

        self.counts = Counter(name for name, _ in every)
        self.requires = tuple(each for each in requires if "extra" not in each.partition(";")[2])
        """What the lab needs, as packages write it: `flask<4,>=3.0`; what its extras add is left out."""

    @classmethod
    def here(cls) -> Installed:
        """Return what is installed where this runs."""
        # A folder that is twice on the path, or reached by two of its names, has each package twice.
        places = {(each.metadata["Name"] or "", each.version, _place(each)): None for each in metadata.distributions()}
        found = [(name, version) for name, version, _ in places]
        try:
            requires = metadata.requires(PACKAGE) or ()
        except metadata.PackageNotFoundError:
            requires = ()  # run from its sources: nothing says what it needs
        return cls(found, requires)


def findings(installed: Installed, *, is_remote: bool) -> Iterator[Finding]:
    """Yield what is wrong with an environment; `is_remote` where browsers reach the notebook through a hub."""
    yield from _out_of_range(installed)
    if WEBSOCKETS not in installed.versions:
        yield _no_websockets()
    if is_remote and PROXY not in installed.versions:
        yield _no_proxy()
    yield from (_twice(name, installed) for name in ONCE if installed.counts[name] > 1)
    green = [name for name in GREEN if name in installed.versions]
    if green:
        yield _green(green, installed)


def is_within(version: str, bounds: str) -> bool:
    """Tell whether a version keeps to bounds as `>=3.0,<4`; of one that can't be read, it is taken to.

    Versions before a release count as that release, which is near enough to say that something is too old or too new.
    """
    ours = _release(version)
    return ours is None or all(_keeps_to(ours, *bound) for bound in _BOUND.findall(bounds))


def _out_of_range(installed: Installed) -> Iterator[Finding]:
    for requirement in installed.requires:
        match = _REQUIREMENT.match(requirement)
        if match is None:
            continue
        name, bounds = match[1], ",".join(sorted(match[2].replace(" ", "").split(","), reverse=True))
        version = installed.versions.get(_folded(name))
        if version is None or is_within(version, bounds):
            continue
        yield Finding(
            "package out of range",
            f"{name} {version} is installed; the lab works with {bounds}. It may serve, and may not.",
            f'Install one that fits, and restart the kernel:\n%pip install "{name}{bounds}"',
            SURE,
            HINDRANCE,
            f"sio-lab requires {name}{bounds}",
        )


def _no_websockets() -> Finding:
    return Finding(
        "no WebSockets",
        "simple-websocket is not installed: clients can go by long polling only.",
        "Install it, and restart the kernel:\n%pip install simple-websocket",
        grade=HINDRANCE,
        summary="it is not in this kernel's environment",
    )


def _twice(name: str, installed: Installed) -> Finding:
    return Finding(
        "installed twice",
        f"{name} is installed {installed.counts[name]} times in this environment. What is found first is "
        "imported, which may not be the one that you install.",
        f"Take it off until pip finds none, install it anew, and restart the kernel:\n"
        f"%pip uninstall -y {name}\n%pip install {name}",
        grade=HINDRANCE,
        summary=f"version {installed.versions[name]} comes first",
    )


def _green(names: list[str], installed: Installed) -> Finding:
    told = " and ".join(names)
    return Finding(
        f"{told} installed",
        f"Flask-SocketIO prefers {told} to threads where it is installed. Here that is harmless: "
        "the lab serves with threads in any case. Outside of the lab your program runs otherwise than here.",
        "Nothing; or say it in the program, too:\nsocketio = SocketIO(app, async_mode='threading')",
        grade=REMARK,
        summary=", ".join(f"{name} {installed.versions[name]}" for name in names),
    )


def _no_proxy() -> Finding:
    return Finding(
        "no proxy",
        "The notebook runs on a hub, and browsers reach the server only through jupyter-server-proxy, which is not in "
        "this kernel's environment. It must be where Jupyter itself runs: where that is another environment, it may "
        "be there already, and this kernel can't see it.",
        "Install it where Jupyter runs, and restart Jupyter, not only the kernel:\npip install jupyter-server-proxy",
        certainty=LIKELY,
        grade=HINDRANCE,
        summary=f"this kernel is on a hub ({HUB_PREFIX} is set)",
    )


def _keeps_to(ours: tuple[int, ...], sign: str, text: str) -> bool:
    theirs = _release(text) or ()
    length = max(len(ours), len(theirs))
    one, other = (each + (0,) * (length - len(each)) for each in (ours, theirs))
    return {
        ">=": one >= other,
        "<=": one <= other,
        "<": one < other,
        ">": one > other,
        "==": one == other,
        "!=": one != other,
    }[sign]


def _release(version: str) -> tuple[int, ...] | None:
    match = _RELEASE.match(version)
    return tuple(map(int, match[0].split("."))) if match else None


def _place(distribution: metadata.Distribution) -> str:
    return str(Path(str(distribution.locate_file(""))).resolve())


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
