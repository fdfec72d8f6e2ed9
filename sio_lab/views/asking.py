"""Answers what pages ask, in threads of its own: the refresher goes on while an emit waits for its clients."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable


LOOKS = frozenset(
    {"detail", "branch", "copy", "why", "check", "suggest", "reach", "svg", "mermaid", "where", "invitation"}
)
"""Questions that only look: these don't wait for an act, such as an emit whose ack is awaited."""

RUNS = frozenset({"replay", "export"})
"""Questions for which handlers may be run, or many rows read: no act waits for these."""


class Asking:
    """Three threads, made when they are needed: one looks, one acts, one runs handlers again, each in order.

    `close` ends them.
    """

    def __init__(self) -> None:
        self._pools: dict[str, ThreadPoolExecutor] = {}

    def ask(self, what: str, question: Callable[[], Any], answer: Callable[[dict[str, Any]], None]) -> None:
        """Run `question`; `answer` is given `{ok: true, value}`, or `{ok: false, value: what went wrong}`."""
        kind = "looks" if what in LOOKS else "runs" if what in RUNS else "acts"
        pool = self._pools.get(kind)
        if pool is None:
            pool = self._pools[kind] = ThreadPoolExecutor(1, "sio-lab-asked")
        pool.submit(lambda: answer(_told(question)))

    def close(self) -> None:
        """End the threads, once what was asked is done. A second call does nothing."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.shutdown(wait=False)


def _told(question: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"ok": True, "value": question()}
    except LabError as error:
        return {"ok": False, "value": str(error)}
    except Exception as error:  # noqa: BLE001 - shown in the view: a button that does nothing explains nothing
        return {"ok": False, "value": f"{type(error).__name__}: {error}"}
