"""Devices send events of all names; what has no handler of its own goes to the one for everything."""

from collections import Counter

from flask import Flask, jsonify
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)
seen = Counter()


# %%
@socketio.on("*")
def anything(event, *args):
    seen[event] += 1
    emit("echo", {"event": event, "args": list(args)})
    return f"{event}?"


@socketio.on("reset")
def reset():
    seen.clear()
    return "nothing seen"


# %%
@socketio.on("*", namespace="/devices")
def device_event(event, data):
    seen[f"device {event}"] += 1
    emit("logged", {"device": data["id"], "event": event}, broadcast=True)


# %%
@app.route("/seen")
def show_seen():
    return jsonify(dict(seen))


# %%
if __name__ == "__main__":
    socketio.run(app)
