"""A notebook on a page: written before, run cell by cell, and read back as a reader sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import nbformat.v4 as nb
from playwright.sync_api import expect

from tests.browser.jupyter import MILLISECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import ConsoleMessage, Dialog, Locator, Page, Response

LOCAL = {"localhost", "127.0.0.1", ""}
FAR = "hub.example"
"""A name by which a browser takes this machine for another one, where it is started with FAR_AWAY."""

FAR_AWAY = f"--host-resolver-rules=MAP {FAR} 127.0.0.1"
KERNEL = "Python 3 (ipykernel)"
_PRESSES = 6
_RAN = re.compile(r"\[\d+\]")
_PLACE = re.compile(r"(.*/)(?:doc/tree|notebooks)/(.*)\?token=(.*)")
"""Address of a notebook: the server's, the notebook's path, the token."""

_END_KERNEL = """async ([server, path, token]) => {
  const headers = { Authorization: `token ${token}` };
  const sessions = await (await fetch(`${server}api/sessions`, { headers })).json();
  const own = sessions.filter((session) => session.path === path);
  await Promise.all(own.map(({ id }) => fetch(`${server}api/sessions/${id}`, { method: "DELETE", headers })));
}"""
_NOISE = re.compile(r"reading 'schema'|favicon|Command 'filebrowser:open-path' not registered")
"""What the front ends themselves complain of, without the lab, too."""

_START = "%load_ext sio_lab\n%sio start"


def write(folder: Path, name: str, *cells: str) -> None:
    """Write a notebook whose first cell starts the lab."""
    book = nb.new_notebook(cells=[nb.new_code_cell(cell) for cell in (_START, *cells)])
    book.metadata.kernelspec = {"name": "python3", "display_name": KERNEL, "language": "python"}
    folder.joinpath(name).write_text(nbformat_text(book), encoding="utf-8")


def nbformat_text(book: nb.NotebookNode) -> str:
    """Return a notebook as it is kept in a file."""
    return str(nb.writes(book))


def _is_saved(answer: Response) -> bool:
    return answer.request.method == "PUT" and "/api/contents/" in answer.url


class Book:
    """A page with one notebook; `complaints`, `asked` and `dialogs` are what console, network and scripts had to say.

    `far` tells that its address is one behind TLS, of a name that is not this machine's.
    """

    def __init__(
        self,
        page: Page,
        address: str,
        name: str,
        *,
        height: int = 1200,
        far: bool = False,
    ) -> None:
        self.page = page
        self.page.emulate_media(reduced_motion="reduce")
        self.page.set_viewport_size({"width": 1280, "height": height})
        self._hosts = LOCAL | {FAR} if far else LOCAL
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self._url = address.replace("NAME", name)
        self.dialogs: list[str] = []
        self._ears: dict[Any, Callable[..., object]] = {
            "request": lambda request: self.asked.append(request.url),
            "pageerror": lambda error: self._complain(str(error)),
            "console": self._heard,
            "dialog": self._passed_over,
        }
        for event, hear in self._ears.items():
            self.page.on(event, hear)
        try:
            self.open()
        except BaseException:
            self._let_go()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.check()
            self._end_kernel()
        finally:
            self._let_go()

    def open(self) -> None:
        """Open the page, or open it anew, and wait until its kernel is there."""
        self.page.goto(self._url)
        # Its indicator says idle before there is a kernel, too.
        expect(self.page.locator(".jp-Toolbar-kernelName").first).to_have_text(KERNEL, timeout=MILLISECONDS)
        self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(timeout=MILLISECONDS)

    def _end_kernel(self) -> None:
        """End the notebook's kernel: the server may go on to serve others."""
        found = _PLACE.fullmatch(self._url)
        assert found is not None
        self.page.evaluate(_END_KERNEL, list(found.groups()))

    def _let_go(self) -> None:
        """Have the page be as it came: others may be shown on it."""
        self.page.goto("about:blank")
        for event, hear in self._ears.items():
            self.page.remove_listener(event, hear)
        self.page.unroute_all()

    def check(self) -> None:
        """Assert that nothing was asked from afar, and that the console is quiet."""
        assert {urlsplit(url).hostname or "" for url in self.asked} <= self._hosts
        assert self.complaints == [], self.complaints

    def forgive(self, text: str) -> None:
        """Pass over complaints that are expected here."""
        self.complaints[:] = [each for each in self.complaints if text not in each]

    def cell(self, number: int) -> Locator:
        """Return a cell, the first one is 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def output(self, number: int) -> Locator:
        """Return all that a cell shows below itself."""
        return self.cell(number).locator(".jp-Cell-outputWrapper")

    def view(self, number: int) -> Locator:
        """Return the live view below a cell."""
        return self.cell(number).locator(".sio-live")

    def run(self, *numbers: int, wait: bool = True) -> None:
        """Run cells, one after another."""
        for number in numbers:
            self._begin(number)
            if wait:
                self.ran(number)

    def run_all(self, count: int) -> None:
        """Run the first cells of the notebook; each waits in the kernel for the one before."""
        self.run(*range(count), wait=False)
        for number in range(count):
            self.ran(number)

    def _begin(self, number: int) -> None:
        """Press Ctrl+Enter in a cell until that begins: a page that is busy may not heed the first one."""
        prompt = self.cell(number).locator(".jp-InputPrompt")
        before = prompt.text_content() or ""
        for _ in range(_PRESSES):
            self.cell(number).locator(".cm-content").click()
            self.page.keyboard.press("Control+Enter")
            try:
                expect(prompt).not_to_have_text(before, timeout=5_000)
            except AssertionError:
                continue
            return
        raise AssertionError(f"cell {number} does not begin")

    def ran(self, number: int) -> None:
        """Wait until a cell has been run."""
        # Its text, not whether that is in sight: JupyterLab leaves out of the picture what it takes to be far away.
        expect(self.cell(number).locator(".jp-InputPrompt")).to_have_text(_RAN, timeout=MILLISECONDS)

    def save(self) -> None:
        """Save the notebook, and wait until that is done."""
        self.page.keyboard.press("Escape")
        # The front end's layout is put somewhere, too.
        with self.page.expect_response(_is_saved, timeout=MILLISECONDS):
            self.page.keyboard.press("Control+s")

    def _passed_over(self, dialog: Dialog) -> None:
        """Leave without saving; what else is asked is kept, and not answered."""
        if dialog.type == "beforeunload":
            dialog.accept()
        else:
            self.dialogs.append(dialog.message)
            dialog.dismiss()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"{message.text} at {message.location['url']}")

    def _complain(self, text: str) -> None:
        if not _NOISE.search(text):
            self.complaints.append(text)
