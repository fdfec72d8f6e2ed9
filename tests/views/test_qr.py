"""QR codes as they are drawn."""

from __future__ import annotations

import re

import segno

from sio_lab.views import qr

LINK = "http://192.168.178.45:41235/_lab/join/ABCD-2345"


def test_the_path_is_the_code_with_its_light_edge() -> None:
    drawn = qr.drawing(LINK)
    matrix = segno.make(LINK, error="m", boost_error=False, micro=False).matrix
    assert drawn.size == len(matrix) + 8
    dark = set()
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", drawn.path):
        assert width == back
        dark |= {(int(x) + step, int(y)) for step in range(int(width))}
    assert dark == {(x + 4, y + 4) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark}
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", drawn.path)


def test_for_a_terminal_there_are_half_blocks() -> None:
    lines = qr.half_blocks(LINK).splitlines()
    assert set("".join(lines)) <= set("█▀▄ ")
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) < 80
