"""2016: gevent patches the standard library, and spawns."""

from gevent import monkey

monkey.patch_all()

import gevent
from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
app.config["SECRET_KEY"] = "green"
socketio = SocketIO(app, async_mode="gevent")


# %%
def worker(name):
    for number in range(3):
        gevent.sleep(0.02)
        socketio.emit("work", {"name": name, "number": number})


@socketio.on("hire")
def hire(name):
    gevent.spawn(worker, name)
    emit("hired", name)


# %%
if __name__ == "__main__":
    socketio.run(app, port=5022)
