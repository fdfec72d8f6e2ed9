"""2018: green threads everywhere."""

import eventlet

eventlet.monkey_patch()

import time
from threading import Thread

from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet")
thread = None


# %%
def count_up():
    count = 0
    while count < 5:
        count += 1
        time.sleep(0.02)
        socketio.emit("count", {"number": count}, namespace="/count")


@socketio.on("start", namespace="/count")
def start():
    global thread
    thread = Thread(target=count_up)
    thread.daemon = True
    thread.start()
    emit("started")


# %%
if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=5020)
