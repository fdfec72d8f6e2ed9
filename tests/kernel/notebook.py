"""A real kernel to run cells in, one after another, as a front end does."""

from __future__ import annotations

import queue
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from jupyter_client.manager import start_new_kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

SECONDS = 60
LATER_SECONDS = 20
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Ran:
    """What stands below a cell: what its run has put out, and what others have put there later."""

    request: str = ""
    """The id of the request to run it."""

    out: str = ""
    err: str = ""
    order: list[str] = field(default_factory=list)
    """What came by stdout and stderr, as it came."""

    results: list[dict[str, Any]] = field(default_factory=list)
    """Mimebundles displayed, the value of the last line among them."""

    error: str = ""
    """The traceback that was shown, without colours."""

    asked: list[str] = field(default_factory=list)
    """The prompts that were answered."""

    @property
    def text(self) -> str:
        """The plain text of all that was displayed."""
        return "\n".join(result.get("text/plain", "") for result in self.results)


class Kernel:
    """A kernel, started anew; cells are run with `run`."""

    def __enter__(self) -> Self:
        self._manager, self._client = start_new_kernel(kernel_name="python3")
        self._all: dict[str, Ran] = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def run(
        self, code: str, cell_id: str | None = None, deleted: Sequence[str] = (), answers: Sequence[str] = ()
    ) -> Ran:
        """Run one cell to its end: as JupyterLab does with a `cell_id`, as a terminal does without.

        `deleted` are the ids of cells that were deleted since the last one was run; `answers` are typed one after
        another when the cell asks for input, which it can't without any.
        """
        metadata = {} if cell_id is None else {"cellId": cell_id, "deletedCells": list(deleted), "recordTiming": False}
        message = self._client.session.msg("execute_request", _execute(code, answers), metadata=metadata)
        request = message["header"]["msg_id"]
        ran = self._all[request] = Ran(request)
        self._client.shell_channel.send(message)
        self._collect(request, list(answers))
        return ran

    def until(self, is_there: Callable[[], object]) -> None:
        """Take in what the kernel puts out below whichever cells, until something is there; fails after a while."""
        deadline = time.monotonic() + LATER_SECONDS
        while not is_there():
            assert time.monotonic() < deadline, "it never came"
            with suppress(queue.Empty):
                self._take(1)

    def below(self, text: str) -> Ran:
        """Wait until a text is put out below some cell; returns what stands below the newest such cell.

        Which cell a handler's output is put below depends on the version of ipykernel.
        """
        self.until(lambda: any(text in ran.out + ran.err for ran in self._all.values()))
        return next(ran for ran in reversed(self._all.values()) if text in ran.out + ran.err)

    def _take(self, timeout: float) -> dict[str, Any]:
        message: dict[str, Any] = self._client.get_iopub_msg(timeout=timeout)
        ran = self._all.get(message["parent_header"].get("msg_id", ""))
        if ran is not None:
            _collect(ran, message)
        return message

    def _collect(self, request: str, answers: list[str]) -> None:
        """Take in all that the kernel puts out until it is idle again, and its reply; answer what it asks."""
        while True:
            message = self._answering(self._all[request], answers)
            is_done = message["content"].get("execution_state") == "idle"
            if is_done and message["parent_header"].get("msg_id") == request:
                break
        while self._client.get_shell_msg(timeout=SECONDS)["parent_header"].get("msg_id") != request:
            pass

    def _answering(self, ran: Ran, answers: list[str]) -> dict[str, Any]:
        """Take in what the kernel puts out next; until then, its prompts are answered."""
        deadline = time.monotonic() + SECONDS
        while answers and time.monotonic() < deadline:
            with suppress(queue.Empty):
                return self._take(0.02)
            if self._client.stdin_channel.msg_ready():
                ran.asked.append(self._client.get_stdin_msg(timeout=SECONDS)["content"]["prompt"])
                self._client.input(answers.pop(0))
        return self._take(SECONDS)

    def interrupt(self) -> None:
        """Press the stop button."""
        self._manager.interrupt_kernel()


def _execute(code: str, answers: Sequence[str]) -> dict[str, Any]:
    options = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": bool(answers)}
    return {"code": code, "stop_on_error": True, **options}


def _collect(ran: Ran, message: dict[str, Any]) -> None:
    kind, content = message["msg_type"], message["content"]
    if kind == "stream":
        ran.order.append(content["text"])
    if kind == "stream" and content["name"] == "stdout":
        ran.out += content["text"]
    elif kind == "clear_output":
        ran.out = ran.err = ran.error = ""
        ran.results.clear()
    elif kind == "stream":
        ran.err += content["text"]
    elif kind in {"execute_result", "display_data"}:
        ran.results.append(content["data"])
    elif kind == "error":
        ran.error += _COLOURS.sub("", "\n".join(content["traceback"]))
