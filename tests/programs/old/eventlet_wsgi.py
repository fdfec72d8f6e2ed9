"""2017: the server of eventlet, called by hand."""

import eventlet
import eventlet.wsgi
from flask import Flask, render_template_string
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet")


# %%
@app.route("/")
def index():
    return render_template_string("mode: {{ mode }}", mode=socketio.async_mode)


# %%
@socketio.on("telemetry")
def telemetry(data):
    emit("steer", {"angle": data["speed"] / 10}, skip_sid=True)


# %%
if __name__ == "__main__":
    eventlet.wsgi.server(eventlet.listen(("", 5021)), app)
