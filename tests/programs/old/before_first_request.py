"""2021: something is begun before the first request."""

from flask import Flask, jsonify
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app)
state = {"prepared": 0}


# %%
@app.before_first_request
def prepare():
    state["prepared"] += 1


@app.route("/state")
def show_state():
    return jsonify(state)


# %%
@socketio.on("state")
def tell_state():
    return state


# %%
if __name__ == "__main__":
    socketio.run(app)
