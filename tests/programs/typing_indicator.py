"""'Ada is typing ...' is shown to all but Ada."""

from flask import Flask, request
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, ping_interval=25, ping_timeout=20)
names = {}
typing = set()


# %%
@socketio.event
def hello(name):
    names[request.sid] = name
    return name


@socketio.on("typing")
def is_typing():
    typing.add(names[request.sid])
    emit("typing", {"who": names[request.sid]}, broadcast=True, include_self=False)
    return True


@socketio.on("stop typing")
def stopped():
    typing.discard(names[request.sid])
    emit("stop typing", {"who": names[request.sid]}, broadcast=True, include_self=False)


# %%
@socketio.on("message")
def message(text):
    typing.discard(names[request.sid])
    emit("message", {"who": names[request.sid], "text": text}, broadcast=True)


@socketio.on("disconnect")
def disconnected():
    name = names.pop(request.sid, None)
    if name in typing:
        typing.discard(name)
        socketio.emit("stop typing", {"who": name})


# %%
if __name__ == "__main__":
    socketio.run(app, port=5006, debug=True)
