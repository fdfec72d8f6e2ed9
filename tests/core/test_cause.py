"""One thing that is wrong, and text to paste."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.cause import PLAIN, SCRIPT, SURE, Cause, pasted


def test_a_cause_keeps_somebody_out_for_sure_unless_said() -> None:
    assert (Cause("a", "b", "c", "d").certainty, Cause("a", "b", "c", "d").grade) == (SURE, 0)
    assert (PLAIN.origins, PLAIN.path, PLAIN.port) == ((), "/socket.io/", None)
    assert SCRIPT.startswith('<script src="/_lab/client/socket.io.min.js">')


@given(st.text())
def test_what_is_pasted_is_one_text_of_javascript_that_ends_no_script(text: str) -> None:
    assert json.loads(pasted(f"</script>{text}")) == f"</script>{text}"
    assert "</" not in pasted(f"</script>{text}")
