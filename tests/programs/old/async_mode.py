"""2019: the mode is asked for, and nothing else of eventlet."""

from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet", cors_allowed_origins="*")


# %%
@socketio.on("mode")
def mode():
    emit("mode", socketio.async_mode)


# %%
if __name__ == "__main__":
    socketio.run(app, port=5025, debug=True)
