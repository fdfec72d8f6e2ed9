"""A moderator can put somebody out: the server disconnects a client."""

from flask import Flask, request
from flask_socketio import SocketIO, disconnect, emit

app = Flask(__name__)
socketio = SocketIO(app)
people = {}


# %%
@socketio.on("enter", namespace="/forum")
def enter(name):
    people[name] = request.sid
    emit("people", sorted(people), broadcast=True)


@socketio.on("disconnect", namespace="/forum")
def left():
    for name, sid in list(people.items()):
        if sid == request.sid:
            del people[name]
            emit("gone", name, broadcast=True, include_self=False)


# %%
@socketio.on("quit", namespace="/forum")
def quit_forum():
    emit("bye")
    disconnect()


@socketio.on("kick", namespace="/forum")
def kick(name):
    if name not in people:
        return f"{name} is not here"
    emit("kicked", {"by": "the moderator"}, to=people[name])
    disconnect(people[name], namespace="/forum")
    return f"{name} is out"


# %%
@app.route("/people")
def show_people():
    return {"people": sorted(people)}


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True)
