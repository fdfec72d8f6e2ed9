"""What the README says of speed is what the committed run says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks import readme
from tests.benchmarks.machine import describe
from tests.benchmarks.run import LAST_RUN, Run, load

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = {"runs": 2, "seconds": 2.0, "records": 1_000_000, "pinned": False}


def small_run() -> Run:
    figures = {"per_second": [100.0, 300.0], "cpu_us": [50.0, 50.0], "p50_ms": [1.0, 3.0], "p99_ms": [5.0, 5.0]}
    twice = {name: [2 * value for value in values] for name, values in figures.items()}
    run = Run(describe(), SETTINGS, {"plain": "a", "lab": "b"}, {"echo-1": {"plain": figures, "lab": twice}})
    run.lab["append_us"] = [1.0, 2.0, 9.0]
    return run


def test_the_readme_holds_what_the_committed_run_makes() -> None:
    assert readme.section(load()) in readme.README.read_text()


def test_a_run_is_saved_and_read(tmp_path: Path) -> None:
    run = small_run()
    run.save(tmp_path / "run.json")
    assert load(tmp_path / "run.json") == run


def test_the_section_tells_the_figures() -> None:
    text = readme.section(small_run())
    assert re.search(r"echo, 1 client \|\s+2\.00x \(2\.00-2\.00\) \|", text)
    assert re.search(r"echo, 1 client \|\s+200 / 50\.0 / 2\.00 / 5\.00 \|\s+400 / 100 / 4\.00 / 10\.0 \|", text)
    assert re.search(r"one append to the log, µs \|\s+2\.00 \|\s+1\.00 \|\s+9\.00 \|", text)


def test_a_section_takes_the_place_of_the_last_one() -> None:
    new = f"{readme.BEGIN}\nnew\n{readme.END}"
    assert readme.with_section(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter", new) == f"before\n{new}\nafter"
    with pytest.raises(ValueError, match="the README has no"):
        readme.with_section("nothing here", new)


def test_a_saved_run_does_not_tell_whose_machine_it_was() -> None:
    text = LAST_RUN.read_text()
    assert not re.search(r"[/\\](home|root|work|tmp|Users|usr)\b", text)
    assert set(json.loads(text)["machine"]) == {
        "processor",
        "cores",
        "memory_gb",
        "system",
        "load",
        "python",
        "packages",
        "date",
        "commit",
    }
