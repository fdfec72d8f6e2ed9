"""What a run was made on: enough to judge its figures, nothing that tells whose machine it was."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from tests.benchmarks.processes import ROOT

PACKAGES = (
    "flask",
    "flask-socketio",
    "python-socketio",
    "python-engineio",
    "simple-websocket",
    "werkzeug",
    "pandas",
    "ipython",
    "ipykernel",
    "uvicorn",
    "uvloop",
    "httptools",
    "websockets",
)


def describe() -> dict[str, object]:
    """Return the machine and what else it was doing, the system, the versions, the commit and the day."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 1),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": versions(),
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
    }


def processor() -> str:
    """Return the processor's name, as far as the system tells."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Return the versions of the packages that matter, of those that are installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """Return the commit that was measured, and whether there were changes beside it."""
    changes = " and changes" if _git("status", "--porcelain", "--untracked-files=no") else ""
    return f"{_git('rev-parse', '--short', 'HEAD')}{changes}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
