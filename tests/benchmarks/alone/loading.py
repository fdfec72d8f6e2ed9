"""How long a notebook waits for the lab's magics, in a kernel that has loaded nothing else. Prints JSON.

    python -m tests.benchmarks.alone.loading

The kernel tells the time itself: what the way of the cell to it and back takes is no part of the lab.
"""

from __future__ import annotations

import json
import sys

from jupyter_client.manager import start_new_kernel

SECONDS = 60
CELL = """
import time
began = time.perf_counter()
get_ipython().run_line_magic("load_ext", "sio_lab")
took = (time.perf_counter() - began) * 1e3
"""


def loading() -> float:
    """Return the milliseconds that `%load_ext sio_lab` takes in a new kernel."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        reply = client.execute(CELL, user_expressions={"took": "took"}, reply=True, timeout=SECONDS)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return float(reply["content"]["user_expressions"]["took"]["data"]["text/plain"])


if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps({'load_ext_ms': [loading()]})}\n")
