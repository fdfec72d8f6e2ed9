from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.views import esm
from sio_lab.views.widget import MIME, LabWidget

if TYPE_CHECKING:
    from tests.views.comms import Comms

import re
from pathlib import Path

STATIC = Path(esm.__file__).parent / "static"


def widget(heard: list[Any]) -> LabWidget:
    return LabWidget("table", lambda: {"options": {}, "feeds": {}, "made": len(heard)}, heard.append)


def test_it_carries_its_module_its_styles_and_a_snapshot(comms: Comms) -> None:
    made = widget([])
    state = comms.views[0].state
    assert "export default" in state["_esm"]
    assert ".sio-live" in state["_css"]
    assert state["shown"] == {"options": {}, "feeds": {}, "made": 0}
    assert made.bundle[MIME]["model_id"] == comms.views[0].comm_id
    made.close()


def test_a_page_that_is_loaded_anew_gets_a_snapshot_of_then(comms: Comms) -> None:
    heard: list[Any] = []
    made = widget(heard)
    comms.views[0].say({"k": "here"})
    comms.views[0].load_anew()
    assert heard == [{"k": "here"}]
    assert comms.views[0].sent[-1]["state"]["shown"]["made"] == 1
    made.close()


def test_closing_leaves_no_comm_not_even_the_layout_s(comms: Comms) -> None:
    made = widget([])
    assert len(comms.left) == 2
    made.close()
    assert comms.left == []


def test_traits_and_the_names_that_modules_ask_for_agree() -> None:
    asked = {name for path in STATIC.glob("*.js") for name in re.findall(r'model\.get\("(\w+)"\)', path.read_text())}
    assert asked == {"shown"}
    assert asked <= {name for name, trait in LabWidget.class_traits().items() if trait.metadata.get("sync")}
