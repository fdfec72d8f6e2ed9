"""What live views cost, in a real JupyterLab: the browser, the page that draws them, and the kernel.

    python -m tests.benchmarks.bench_views [--front-end notebook] [--seconds 5]

A thread in the kernel adds to the log what a server adds for so many events a second: the event, the end of its
handler and its ack; so the views alone are measured, on a machine that need not drive 5,000 events, too. Each view is
measured beside the same page while nothing happens. `kB/s` is all that the page receives, `messages/s` those for
widgets; `gap` is the 95th percentile of the time between two frames, in ms; `views` the processor time of the thread
that keeps them up to date, `kernel` that of the whole kernel beyond what it takes at the same rate without a view, both
as parts of one core.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.views_page import MeasuredBook
from tests.browser.book import write
from tests.browser.jupyter import running_browser, running_jupyter

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RATES = (0, 100, 1_000, 5_000)
VIEWS = {
    "no view": "None",
    "traffic": "lab.traffic",
    "sequence": "lab.sequence()",
    "map": "lab.map()",
    "dashboard": "lab",
}
SHOWN_AGAIN = 50
PATIENCE = 60.0
_ROOT = str(Path(__file__).parent.parent.parent)
_LOAD = f"import sys; sys.path.insert(0, {_ROOT!r})\nfrom tests.benchmarks.views_load import Load\nload = Load(lab)"
_MEMORY = "import gc, psutil; gc.collect(); print('MB', psutil.Process().memory_info().rss / 1e6, len(lab.showing))"


@dataclass(frozen=True)
class Pages:
    """Where notebooks are opened."""

    browser: Browser
    address: str
    folder: Path

    def open(self, name: str, *cells: str) -> MeasuredBook:
        """Write a notebook and open it."""
        write(self.folder, name, *cells)
        return MeasuredBook(self.browser.new_page(), self.address, name)


def main() -> None:
    """Measure and print."""
    options = _options()
    _line("", "events/s", "kB/s", "messages/s", "gap", "views", "kernel")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pages = Pages(
            stack.enter_context(running_browser()),
            stack.enter_context(running_jupyter(folder, options.front_end)),
            folder,
        )
        alone: dict[int, float] = {}
        for title in options.only:
            _measure(title, pages, options.seconds, alone)
        _show_again(pages)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--front-end", choices=("jupyterlab", "notebook"), default="jupyterlab")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--only", nargs="+", choices=VIEWS, default=list(VIEWS))
    return parser.parse_args()


def _measure(title: str, pages: Pages, seconds: float, alone: dict[int, float]) -> None:
    """Show one view, and measure it at each rate; `alone` has what the kernel takes without one."""
    loads = [f"load.start({rate}, {seconds}, '{rate}.json')" for rate in RATES]
    with pages.open(f"{title}.ipynb", _LOAD, VIEWS[title], *loads) as book:
        book.run(0, 1, 2)
        for place, rate in enumerate(RATES):
            book.run(3 + place)
            time.sleep(1.0)
            seen = book.measure(seconds)
            told = _wait_for(pages.folder / f"{rate}.json")
            base = alone.setdefault(rate, told["kernel"])
            cost = f"{100 * told['views']:.1f} %", f"{100 * (told['kernel'] - base):.1f} %"
            numbers = f"{seen.bytes_a_second / 1e3:.0f}", f"{seen.messages_a_second:.1f}", f"{seen.gap_p95:.1f}"
            _line(title, f"{told['rate']:.0f}", *numbers, *cost)


def _show_again(pages: Pages) -> None:
    """Show a table many times over from one cell; memory and views must not grow."""
    with pages.open("again.ipynb", "lab.traffic", _MEMORY) as book:
        book.run(0)
        for time_shown in range(SHOWN_AGAIN + 1):
            book.run(1)
            if time_shown in {5, SHOWN_AGAIN}:
                book.run(2)
                sys.stdout.write(f"shown {time_shown} times: {book.output(2).inner_text().strip()} live\n")


def _wait_for(path: Path) -> dict[str, float]:
    deadline = time.monotonic() + PATIENCE
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.1)  # it is written in one go, and read after that
    told: dict[str, float] = json.loads(path.read_text())
    path.unlink()
    return told


def _line(*cells: str) -> None:
    first, *others = cells
    sys.stdout.write(f"{first:12}" + "".join(f"{cell:>12}" for cell in others) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
