"""tail -f in the browser: a task follows a log file and pushes each new line."""

import logging
import os
import tempfile

from flask import Flask, request
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)

# %%
log = logging.getLogger("shop")
log.setLevel(logging.INFO)
log.propagate = False
for old in log.handlers[:]:
    old.close()
    log.removeHandler(old)
file_handler = logging.FileHandler(os.path.join(tempfile.mkdtemp(prefix="log-tail-"), "app.log"))
file_handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
log.addHandler(file_handler)
LOG_FILE = file_handler.baseFilename


# %%
def follow():
    position = 0
    while True:
        with open(LOG_FILE) as file:
            file.seek(position)
            for line in file.readlines():
                socketio.emit("line", line.rstrip("\n"), namespace="/log")
            position = file.tell()
        socketio.sleep(0.02)


socketio.start_background_task(follow)


# %%
@app.route("/buy", methods=["POST"])
def buy():
    item = request.form["item"]
    if item == "unicorn":
        log.error("there are no unicorns")
        return "sold out", 409
    log.info("sold: %s", item)
    return "thanks"


# %%
@socketio.on("last lines", namespace="/log")
def last_lines(number=10):
    with open(LOG_FILE) as file:
        emit("lines", [line.rstrip("\n") for line in file.readlines()[-number:]])


# %%
if __name__ == "__main__":
    socketio.run(app, port=5009)
