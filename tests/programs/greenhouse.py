"""Two sensors in a greenhouse: the measuring begins with the first visitor and is told to all who come later."""

import random

from flask import Flask, jsonify
from flask_socketio import SocketIO, emit

app = Flask(__name__)
app.config.update(SECRET_KEY="tomatoes")
socketio = SocketIO(app, logger=False, engineio_logger=False)

measuring = False
latest = {}


# %%
def measure(sensor, low, high):
    value = (low + high) / 2
    while True:
        value = min(high, max(low, value + random.uniform(-0.5, 0.5)))
        latest[sensor] = round(value, 1)
        socketio.emit("reading", {"sensor": sensor, "value": latest[sensor]}, namespace="/greenhouse")
        socketio.sleep(0.05)


def measure_temperature():
    measure("temperature", 15, 35)


def measure_humidity():
    measure("humidity", 40, 90)


# %%
@socketio.on("connect", namespace="/greenhouse")
def start_measuring():
    global measuring
    if not measuring:
        measuring = True
        socketio.start_background_task(measure_temperature)
        socketio.start_background_task(target=measure_humidity)
    emit("welcome", {"sensors": ["temperature", "humidity"]})


@app.route("/latest")
def show_latest():
    return jsonify(latest)


# %%
if __name__ == "__main__":
    socketio.run(app, debug=False, port=5001)
