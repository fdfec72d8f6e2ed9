"""A real JupyterLab or Notebook 7 in a folder of its own, and a real browser to look at it."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from playwright.sync_api import Browser

SECONDS = 60
SECONDS_TO_END = 4
MILLISECONDS = 1000 * SECONDS
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


PATHS = {"jupyterlab": "doc/tree/NAME", "notebook": "notebooks/NAME"}
"""Front end, a module to run -> where it shows a notebook alone."""


def running_jupyterlab(folder: Path, *, dark: bool = False) -> AbstractContextManager[str]:
    """Serve `folder` by JupyterLab; yields the address of its simple interface, token included."""
    return running_jupyter(folder, "jupyterlab", dark=dark)


@contextmanager
def running_jupyter(
    folder: Path, front_end: str, *, dark: bool = False, base_url: str = "/", has_proxy: bool = True
) -> Iterator[str]:
    """Serve `folder` by a front end; yields the address of a notebook named NAME in it, token included.

    `has_proxy` tells whether jupyter-server-proxy is there. Whatever name it is asked for by will do, as on a hub.
    """
    token = secrets.token_hex()
    placed = (f"--ServerApp.base_url={base_url}", "--ServerApp.allow_remote_access=True")
    options = ("--no-browser", "--allow-root", "--port=0", f"--IdentityProvider.token={token}", *placed)
    environment = os.environ | {
        name: str(folder / ".home") for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "HOME")
    }
    write_settings(folder / ".home", dark=dark)
    extensions = {"jupyter_server_proxy": has_proxy}
    config = {"ServerApp": {"jpserver_extensions": extensions}}
    (folder / ".home" / "jupyter_server_config.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", front_end, *options]
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield f"{_address(process)}{PATHS[front_end]}?token={token}"
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End a front end; one that waits for a kernel that has gone meanwhile does not end by itself."""
    process.terminate()
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(SECONDS_TO_END)


def write_settings(settings: Path, *, dark: bool) -> None:
    """Have pages that are opened from now on be light or dark, show all cells, and ask nothing from afar."""
    theme = settings / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
    theme.parent.mkdir(parents=True, exist_ok=True)
    theme.write_text(json.dumps({"theme": f"JupyterLab {'Dark' if dark else 'Light'}"}))
    # Else cells out of the window are taken off the page, and a window that holds them all is slow to draw.
    tracker = settings / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True, exist_ok=True)
    tracker.write_text(json.dumps({"windowingMode": "none"}))
    notices = settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    notices.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))


def _address(process: subprocess.Popen[str]) -> str:
    """Read the log until it tells the address, and keep the pipe from filling up from then on."""
    assert process.stderr is not None
    timer = threading.Timer(SECONDS, process.kill)
    timer.start()
    for line in process.stderr:
        found = re.search(r"(http://(?:localhost|127\.0\.0\.1):\d+/(?:\S+/)?)(?:lab|tree)\?token", line)
        if found:
            timer.cancel()
            threading.Thread(target=_drain, args=(process.stderr,), daemon=True).start()
            return found[1]
    raise AssertionError("the front end did not start")


def _drain(pipe: IO[str]) -> None:
    with pipe:
        pipe.read()


@contextmanager
def running_browser(*options: str) -> Iterator[Browser]:
    """Start the Chromium of this machine, with options of its command line."""
    path = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *options])
        yield browser
        browser.close()
