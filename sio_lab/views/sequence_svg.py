"""The sequence diagram as one SVG that needs nothing else: in a notebook it follows the theme, alone the system's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from wcwidth import wcswidth

from sio_lab.views.cells import FAILED
from sio_lab.views.diagram import spoken
from sio_lab.views.html import element
from sio_lab.views.text import clip

if TYPE_CHECKING:
    from sio_lab.views.diagram import Arrow, Diagram, Head

ROW = 28
_TOP = 52
_LEFT = 150
_RIGHT = 190
_GAP = 10
_LETTER = 6.7
"""Width of a letter of 12 px, about."""

_FAR = 960
_BELOW = 48
_MANY = 12
"""From so many steps on the lanes have their heads below, too: who looks at the end knows whose they are."""

_LANE_WIDTHS = ((4, 190), (8, 150), (14, 118))
_NARROWEST = 98

_LIGHT = {
    "ink": "#1f2328",
    "soft": "#5b6470",
    "rule": "#d0d4da",
    "paper": "#ffffff",
    "box": "#f3f4f6",
    "in": "#1565c0",
    "out": "#2a7d3f",
    "bad": "#c62828",
}
_DARK = {
    "ink": "#e3e6ea",
    "soft": "#a3abb5",
    "rule": "#454b54",
    "paper": "#16181b",
    "box": "#24272c",
    "in": "#64b5f6",
    "out": "#7cc98a",
    "bad": "#ff8a80",
}
# Inside a notebook its theme decides; JupyterLab's light and dark have the same names.
_THEME = {
    "ink": ("--jp-content-font-color1", "--vscode-foreground"),
    "soft": ("--jp-content-font-color2", "--vscode-descriptionForeground"),
    "rule": ("--jp-border-color2", "--vscode-panel-border"),
    "paper": ("--jp-layout-color0", "--vscode-editor-background"),
    "box": ("--jp-layout-color2", "--vscode-sideBar-background"),
    "in": ("--jp-brand-color1", "--vscode-charts-blue"),
    "out": ("--jp-success-color1", "--vscode-charts-green"),
    "bad": ("--jp-error-color1", "--vscode-charts-red"),
}
_RULES = """
svg.sio-sequence{background:var(--sq-paper);font:12px/1.2 system-ui,sans-serif}
.sio-sequence text{fill:var(--sq-ink);paint-order:stroke;stroke:var(--sq-paper);stroke-width:4px;
stroke-linejoin:round;unicode-bidi:isolate}
.sio-sequence .time,.sio-sequence .aside{fill:var(--sq-soft)}
.sio-sequence .time{stroke:none;font-size:11px;font-variant-numeric:tabular-nums}
.sio-sequence .head rect{fill:var(--sq-box);stroke:var(--sq-rule)}
.sio-sequence .head text{font-weight:600;stroke:none}
.sio-sequence .lane{stroke:var(--sq-rule);stroke-width:1}
.sio-sequence .line .stem{stroke:var(--sq-rule)}
.sio-sequence .row{fill:none}
.sio-sequence path,.sio-sequence circle{fill:none;stroke:currentColor;stroke-width:1.5}
.sio-sequence .full{fill:currentColor}
.sio-sequence .in{color:var(--sq-in)}
.sio-sequence .out{color:var(--sq-out)}
.sio-sequence .note,.sio-sequence .line,.sio-sequence .ack{color:var(--sq-soft)}
.sio-sequence .ack .stem{stroke-dasharray:4 3}
.sio-sequence .bad{color:var(--sq-bad)}
.sio-sequence .bad .row{fill:var(--sq-bad);fill-opacity:.08}
.sio-sequence .bad .stem{stroke-dasharray:8 3 2 3}
.sio-sequence .bad .aside{fill:var(--sq-bad)}
"""


@dataclass(frozen=True)
class _Place:
    """Where the lanes are."""

    lanes: dict[str, float]
    labels: dict[str, str]
    width: float
    height: float
    heads: tuple[float, ...]
    """How far down the lanes' heads are."""


@dataclass(frozen=True)
class _Text:
    """Where a text stands."""

    x: float
    anchor: str


def svg(diagram: Diagram) -> str:
    """Return the diagram as an SVG element; every arrow tells the whole step in its tooltip."""
    place = _placed(diagram)
    lanes = "".join(_lane(head, place) for head in diagram.heads)
    arrows = "".join(_arrow(arrow, _TOP + ROW * row, place) for row, arrow in enumerate(diagram.arrows))
    title = f"sequence diagram, {len(diagram.arrows)} steps between {len(diagram.heads)} lanes"
    content = element("title", escape(title)) + element("style", _style()) + lanes + arrows
    size = {"width": f"{place.width:g}", "height": f"{place.height:g}"}
    box = f"0 0 {place.width:g} {place.height:g}"
    return element(
        *("svg", content, "", "sio-sequence"),
        **{"xmlns": "http://www.w3.org/2000/svg", "role": "img", **size, "viewBox": box},
        style="display:block;flex:none",
    )


def estimate(text: str) -> float:
    """Return about how wide a text is, in pixels."""
    return max(wcswidth(text), len(text) // 2) * _LETTER


def _style() -> str:
    light, dark = (
        "".join(f"--sq-{name}:{_themed(name, color)};" for name, color in colors.items()) for colors in (_LIGHT, _DARK)
    )
    dark_rule = f"@media (prefers-color-scheme:dark){{svg.sio-sequence{{{dark}}}}}"
    return f"svg.sio-sequence{{{light}}}{dark_rule}{_RULES}".replace("\n", "")


def _themed(name: str, color: str) -> str:
    jupyter, code = _THEME[name]
    return f"var({jupyter},var({code},{color}))"


def _placed(diagram: Diagram) -> _Place:
    count = len(diagram.heads)
    step = next((width for most, width in _LANE_WIDTHS if count <= most), _NARROWEST)
    lanes = {head.key: float(_LEFT + step * place) for place, head in enumerate(diagram.heads)}
    width = _LEFT + step * (count - 1) + _RIGHT
    labels = {head.key: head.label for head in diagram.heads}
    end = float(_TOP + ROW * len(diagram.arrows))
    if len(diagram.arrows) < _MANY:
        return _Place(lanes, labels, width, end + _GAP, (8.0,))
    return _Place(lanes, labels, width, end + _BELOW, (8.0, end + 14))


def _lane(head: Head, place: _Place) -> str:
    x = place.lanes[head.key]
    room = min(160, place.width if len(place.lanes) == 1 else _spacing(place) - 8)
    label = clip(head.label, int((room - 12) / _LETTER))
    width = max(44.0, min(room, estimate(label) + 20))
    boxes = "".join(_box(x, y, width, label) for y in place.heads)
    end = place.heads[1] if len(place.heads) > 1 else place.height
    line = f'<path class="lane" d="M{x:g} {_TOP - 20}V{end:g}"/>'
    return line + element("g", element("title", escape(head.full)) + boxes, "", "head")


def _box(x: float, y: float, width: float, label: str) -> str:
    box = f'<rect x="{x - width / 2:g}" y="{y:g}" width="{width:g}" height="24" rx="4"/>'
    return f'{box}<text x="{x:g}" y="{y + 16:g}" text-anchor="middle">{escape(label)}</text>'


def _spacing(place: _Place) -> float:
    first, second, *_ = place.lanes.values()
    return second - first


def _arrow(arrow: Arrow, y: float, place: _Place) -> str:
    band = f'<rect class="row" x="0" y="{y:g}" width="{place.width:g}" height="{ROW}"/>'
    time = f'<text class="time" x="{_GAP}" y="{y + 18:g}">{escape(arrow.time)}</text>'
    drawn = _between(arrow, y, place) if arrow.targets else _at_lane(arrow, y, place)
    look = f"{arrow.look} bad" if arrow.failed else arrow.look
    return element("g", element("title", escape(spoken(arrow, place.labels))) + band + time + drawn, "", look)


def _between(arrow: Arrow, y: float, place: _Place) -> str:
    level = y + 21
    start, ends = place.lanes[arrow.source], [place.lanes[key] for key in arrow.targets]
    farthest = max(ends, key=lambda end: abs(end - start))
    if farthest == start:
        return _at_lane(arrow, y, place)
    way = 1 if farthest > start else -1
    heads = "".join(_tip(arrow, end, level, way) for end in ends)
    stem = f'<path class="stem" d="M{start:g} {level:g}H{farthest:g}"/>' + _tail(arrow, start, level)
    text = _written(arrow, _label_place(arrow, start, farthest), y + 14)
    return stem + heads + text + _far(arrow, max(start, farthest), y + 14, place)


def _at_lane(arrow: Arrow, y: float, place: _Place) -> str:
    x = place.lanes[arrow.source]
    text = _written(arrow, _Text(x + _GAP, "start"), y + 18)
    if arrow.look == "line":
        end = x + 3 * _GAP + estimate(_whole(arrow))
        line = f"M{_LEFT - 40:g} {y + 14:g}H{x:g}M{end:g} {y + 14:g}H{max(place.width - _GAP, end):g}"
        return f'<path class="stem" d="{line}"/>{text}'
    mark = _cross(x, y + 14) if arrow.failed else f'<path class="full" d="M{x - 4:g} {y + 14:g}l4 -4 4 4 -4 4z"/>'
    return mark + text + _far(arrow, x, y + 18, place)


def _far(arrow: Arrow, x: float, y: float, place: _Place) -> str:
    """Say at the server what is at a lane that is hardly ever in sight together with it."""
    if x < _FAR or len(arrow.targets) > 1:
        return ""
    key = arrow.source if place.lanes[arrow.source] > _LEFT else arrow.targets[0]
    way = "at" if not arrow.targets else "from" if key == arrow.source else "to"
    return _written(replace(arrow, aside=f"{way} {place.labels[key]}"), _Text(_LEFT + _GAP, "start"), y)


def _label_place(arrow: Arrow, start: float, end: float) -> _Text:
    left, right = min(start, end), max(start, end)
    wide = estimate(_whole(arrow)) + 2 * _GAP > right - left
    if wide or len(arrow.targets) > 1:
        return _Text(left + _GAP, "start")
    return _Text(right - _GAP, "end") if right - left > 3 * _LANE_WIDTHS[0][1] else _Text((left + right) / 2, "middle")


def _whole(arrow: Arrow) -> str:
    return f"{arrow.caption}  {arrow.aside}" if arrow.aside else arrow.caption


def _written(arrow: Arrow, place: _Text, y: float) -> str:
    # A note has its mark at the lane.
    mark = f"{FAILED} " if arrow.failed and arrow.targets else ""
    aside = f'<tspan class="aside" dx="6">{escape(arrow.aside)}</tspan>' if arrow.aside else ""
    return f'<text x="{place.x:g}" y="{y:g}" text-anchor="{place.anchor}">{escape(mark + arrow.caption)}{aside}</text>'


def _tail(arrow: Arrow, x: float, y: float) -> str:
    if arrow.kind == "connect":
        return f'<circle class="full" cx="{x:g}" cy="{y:g}" r="3"/>'
    return f'<path d="M{x:g} {y - 5:g}v10"/>' if arrow.kind == "disconnect" else ""


def _tip(arrow: Arrow, x: float, y: float, way: int) -> str:
    if arrow.failed:
        return _cross(x - 7 * way, y)
    if arrow.look == "in":
        return f'<path class="full" d="M{x:g} {y:g}l{-8 * way} -4v8z"/>'
    return f'<path d="M{x - 7 * way:g} {y - 4:g}L{x:g} {y:g}l{-7 * way} 4"/>'


def _cross(x: float, y: float) -> str:
    return f'<path d="M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8"/>'
