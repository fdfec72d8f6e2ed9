"""Background tasks belong to cells: a re-run ends those of earlier runs, each at its next `socketio.sleep`."""

from __future__ import annotations

import functools
import sys
import threading
from collections import Counter
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.cells import acting_for
from sio_lab.server import failures
from sio_lab.server.context import cause_in, origin
from sio_lab.server.lookup import describe, source_of
from sio_lab.server.post_mortem import Failure
from sio_lab.server.task import Task, TaskEnd, is_followed, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from sio_lab.core.cells import Cells, Owner
    from sio_lab.core.log import Log
    from sio_lab.server.post_mortem import PostMortem

NO_TASKS = frozenset({"cell", "handler", "callback", "route"})
"""Origins of what is no task, even where a task's thread runs it: it sleeps undisturbed."""


class Tasks:
    """Knows the background tasks that run, and ends them with what they belong to.

    A task is what `socketio.start_background_task` starts; a thread of the user's own, whose function was written in a
    cell, becomes one at its first `socketio.sleep`.
    """

    def __init__(self, log: Log, cells: Cells, post_mortem: PostMortem | None = None) -> None:
        self._log = log
        self._cells = cells
        self._post_mortem = post_mortem
        """Keeps what tasks raise, for the debugger; None where nobody asks for it."""

        self._lock = threading.Lock()
        self._running: dict[int, Task] = {}
        self._swept: dict[str, int] = {}
        """Cell -> what earlier runs than this one start comes too late."""

        self._here = threading.local()

    # --- what a SocketIO asks -----------------------------------------------------------------------------------

    def start(self, original: Callable[..., Any], target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Start a task by `original`, and return what that returns.

        Tasks of the same function that an earlier run of its cell started are ended.
        """
        parent = self._own
        task = self._begin(target, self._cells.owner(target))
        if parent is not None and parent.is_to_end:
            task.end()
        try:
            return original(self._within(task, target), *args, **kwargs)
        except Exception as error:
            self._over(task, error)
            raise

    def sleep(self, original: Callable[[Any], Any], seconds: Any = 0) -> Any:
        """Sleep; in a task that is to end, raise TaskEnd. What is no task sleeps by `original`."""
        task = self._sleeper()
        return original(seconds) if task is None else task.sleep(original, seconds)

    # --- what the lab asks --------------------------------------------------------------------------------------

    def sweep(self, owner: Owner) -> list[str]:
        """End what earlier runs of the owner's cell started; names the tasks that this ended."""
        with self._lock:
            self._swept[owner.cell] = max(owner.run, self._swept.get(owner.cell, 0))
        return self._end(lambda each: each.cell == owner.cell and each.run < owner.run and not each.kept)

    def drop(self, cell: str) -> list[str]:
        """End all that a deleted cell has started; names the tasks that this ended."""
        with self._lock:
            self._swept[cell] = self._swept.get(cell, 0) + 1
        return self._end(lambda each: each.cell == cell)

    def end_all(self) -> list[str]:
        """End all tasks; returns a line for each that goes on, and why."""
        others = self._others()
        for task in others:
            task.end()
        return self._tell(others)

    def lingering(self) -> list[str]:
        """Return a line for each task that is to end and goes on, and why; each is told once.

        A task has a moment to end, 0.2 s, before it is said to go on: that is waited for here.
        """
        return self._tell([task for task in self._others() if task.is_to_end and not task.told])

    # --- within -------------------------------------------------------------------------------------------------

    @property
    def _own(self) -> Task | None:
        """The task that the current thread is."""
        task: Task | None = getattr(self._here, "task", None)
        return task

    def _others(self) -> list[Task]:
        """Return the tasks that run, but for the one that asks: it can't wait for its own end."""
        with self._lock:
            return [task for task in self._running.values() if task is not self._own]

    def _begin(self, work: Any, owner: Owner | None, *, adopted: bool = False) -> Task:
        function = plain(work)
        name, label = describe(function), owner.label if owner is not None else None
        started = self._log.append(r.TaskStarted(name, label, source_of(function, self._cells), cause_in(self._log)))
        task = Task(started.seq, name, owner)
        with self._lock:
            others = list(self._running.values())
            self._running[task.seq] = task
            is_late = self._is_swept(owner)
        for other in others:
            if is_followed(other, task):
                other.end()
            # A thread found now may have begun long ago, and its successor first been found.
            is_late = is_late or (adopted and is_followed(task, other))
        if is_late:
            task.end()
        return task

    def _is_swept(self, owner: Owner | None) -> bool:
        return owner is not None and not owner.kept and owner.run < self._swept.get(owner.cell, 0)

    def _within(self, task: Task, target: Callable[..., Any]) -> Callable[..., None]:
        @functools.wraps(target)
        def run(*args: Any, **kwargs: Any) -> None:
            # What it raises is shown as output of its cell, too.
            with acting_for(task.owner) if task.owner is not None else nullcontext(), _Running(self, task):
                if not task.is_to_end:
                    target(*args, **kwargs)

        return run

    def _sleeper(self) -> Task | None:
        """Return the task that wants to sleep here; None for what is none."""
        if origin() in NO_TASKS:
            return None
        return self._own or self._adopt(threading.current_thread())

    def _adopt(self, thread: threading.Thread) -> Task | None:
        """Make a task of a thread whose function was written in a cell; None for all others."""
        work = _work_of(thread)
        owner = self._cells.written_by(work)
        if owner is None:
            return None
        self._here.task = task = self._begin(work, owner, adopted=True)
        raised = _noted_errors(thread)
        # Nobody but a thread that waits for it can tell that another one's thread has ended.
        watch = threading.Thread(target=self._watch, args=(thread, task, raised), name="sio-lab-watch", daemon=True)
        watch.start()
        return task

    def _watch(self, thread: threading.Thread, task: Task, raised: list[BaseException]) -> None:
        thread.join()
        self._over(task, raised.pop() if raised else None)

    def _end(self, is_gone: Callable[[Owner], bool]) -> list[str]:
        ended = [task for task in self._others() if not task.is_to_end and task.owner and is_gone(task.owner)]
        for task in ended:
            task.end()
        for task in ended:
            task.wait()
        return _counted(task.name for task in ended if task.is_leaving)

    def _tell(self, tasks: list[Task]) -> list[str]:
        """Tell the log of those tasks that go on when their grace is over; returns a line for each."""
        for task in tasks:
            task.wait()
        going_on = [task for task in tasks if not task.is_leaving]
        for task in going_on:
            if not task.told:
                task.told = True
                self._log.append(r.TaskLingers(task.seq, task.why_it_goes_on()))
        return [task.line() for task in going_on]

    def _over(self, task: Task, error: BaseException | None) -> None:
        """Tell the log that a task is over."""
        with self._lock:
            self._running.pop(task.seq, None)
        if error is not None and self._post_mortem is not None:
            self._post_mortem.keep(Failure(task.seq, f"task {task.name}", error))
        self._log.append(_ended(task, error))
        task.over.set()


class _Running:
    """While inside, the thread is the task; what leaves it ends the task and goes no further."""

    def __init__(self, tasks: Tasks, task: Task) -> None:
        self._tasks = tasks
        self._task = task

    def __enter__(self) -> None:
        self._outside = self._tasks._own
        self._tasks._here.task = self._task

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> bool:
        self._tasks._here.task = self._outside
        # As in any thread, SystemExit is a quiet end.
        raised = None if isinstance(error, SystemExit) else error
        try:
            if raised is not None:
                _show(self._task, raised)
        finally:
            self._tasks._over(self._task, raised)
        return True


def _ended(task: Task, error: BaseException | None) -> r.TaskEnded:
    if error is None:
        return r.TaskEnded(task.seq, "ended" if task.is_to_end else "finished")
    told = failures.tell(error, None, (), None)
    return r.TaskEnded(task.seq, "raised", told.error, told.traceback, told.hint)


def _show(task: Task, error: BaseException) -> None:
    """Print what a task raised where Python would, from the user's own frame on, and what to do next."""
    told = failures.tell(error, None, (), None)
    where = f" ({task.owner.label})" if task.owner is not None else ""
    hint = f"What to do: {told.hint}\n" if told.hint else ""
    sys.stderr.write(f"Exception in task {task.name}{where}:\n{told.traceback}{hint}")
    sys.stderr.flush()


def _work_of(thread: threading.Thread) -> Any:
    """Return the function that a thread was made to run: its target, a timer's function, or its class's `run`."""
    return getattr(thread, "_target", None) or getattr(thread, "function", None) or type(thread).run


def _noted_errors(thread: threading.Thread) -> list[BaseException]:
    """Return where a thread's error will stand; Python prints it as ever, but for the end of a task."""
    raised: list[BaseException] = []
    invoke: Callable[[threading.Thread], None] | None = vars(thread).get("_invoke_excepthook")

    def noting(ending: threading.Thread) -> None:
        error = sys.exception()
        if invoke is not None and not isinstance(error, TaskEnd):
            invoke(ending)
        if error is not None and not isinstance(error, SystemExit):
            raised.append(error)

    # The thread's own attribute: it goes with it. Python's own hook is quiet for SystemExit itself only.
    vars(thread)["_invoke_excepthook"] = noting
    return raised


def _counted(names: Iterable[str]) -> list[str]:
    """Return how a reader knows tasks: each name once, with how many there were."""
    return [f"task {name}" + (f" ({count})" if count > 1 else "") for name, count in Counter(names).items()]
