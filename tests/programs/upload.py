"""Files come in slices: each one is acknowledged, so that the page can show how far it is."""

import hashlib
import os
import tempfile

from flask import Flask, request, send_file
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, max_http_buffer_size=2_000_000)
folder = tempfile.mkdtemp(prefix="uploads-")
open_files = {}


def path_of(name):
    return os.path.join(folder, os.path.basename(name))


# %%
@socketio.on("start")
def start(name, size):
    open_files[request.sid] = {"name": name, "size": size, "received": 0}
    with open(path_of(name), "wb"):
        pass
    return True


@socketio.on("slice")
def take_slice(data):
    file = open_files[request.sid]
    with open(path_of(file["name"]), "ab") as target:
        target.write(data)
    file["received"] += len(data)
    emit("progress", {"percent": round(100 * file["received"] / file["size"])})
    return file["received"]


@socketio.on("finish")
def finish():
    file = open_files.pop(request.sid)
    with open(path_of(file["name"]), "rb") as source:
        digest = hashlib.sha256(source.read()).hexdigest()
    emit("new file", {"name": file["name"], "size": file["size"]}, broadcast=True)
    return digest


@socketio.on("thumbnail")
def thumbnail(name):
    with open(path_of(name), "rb") as source:
        emit("thumbnail", {"name": name, "picture": source.read(16)})


# %%
@app.route("/files/<name>")
def download(name):
    return send_file(path_of(name), mimetype="application/octet-stream")


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True, port=5005, use_reloader=False)
