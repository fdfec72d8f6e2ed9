"""One connection, three namespaces: what happens in one is told in another."""

from flask import Flask
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
socketio = SocketIO(app)


# %%
@socketio.on("order", namespace="/shop")
def order(item):
    emit("ordered", item)
    emit("cook", {"item": item}, namespace="/kitchen", broadcast=True)
    return "thank you"


# %%
@socketio.on("on duty", namespace="/kitchen")
def on_duty(station):
    join_room(station)
    return station


@socketio.on("done", namespace="/kitchen")
def done(item):
    socketio.emit("pick up", item, namespace="/shop")
    socketio.emit("statistics", {"done": item}, namespace="/office", to="bosses")


# %%
@socketio.on("connect", namespace="/office")
def boss_comes():
    join_room("bosses")


@app.route("/alarm/<station>", methods=["POST"])
def alarm(station):
    socketio.emit("alarm", station, namespace="/kitchen", to=station)
    return "sent"


# %%
if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=5011, debug=True, allow_unsafe_werkzeug=True)
