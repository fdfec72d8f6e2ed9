"""A remote control: one handler for each key, made in a loop."""

from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)

KEYS = {"up": (0, 1), "down": (0, -1), "left": (-1, 0), "right": (1, 0)}
robots = {"/red": [0, 0], "/blue": [10, 10]}


# %%
def make_handler(robot, dx, dy):
    def move(steps=1):
        robots[robot][0] += dx * steps
        robots[robot][1] += dy * steps
        emit("position", robots[robot], broadcast=True)
        return robots[robot]

    return move


# %%
for robot in robots:
    for key, (dx, dy) in KEYS.items():
        socketio.on(key, namespace=robot)(make_handler(robot, dx, dy))

# %%
for number in range(3):

    @socketio.on(f"button {number}")
    def pressed(number=number):
        return f"button {number} was pressed"


@app.route("/robots")
def where():
    return robots


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True, port=5010)
