"""The two unnamed kinds: text comes to 'message', an object comes to 'json'."""

from flask import Flask
from flask_socketio import SocketIO, send

app = Flask(__name__)
socketio = SocketIO(app)


# %%
@socketio.on("message")
def handle_message(message):
    send("you wrote: " + message)


@socketio.on("json")
def handle_json(data):
    send({"keys": sorted(data), "count": len(data)}, json=True)


# %%
@app.route("/announce/<text>")
def announce(text):
    socketio.send(text)
    socketio.send({"announced": text}, json=True)
    return "announced"


# %%
@socketio.on("message", namespace="/loud")
def handle_loud_message(message):
    send(message.upper() + "!", broadcast=True)


# %%
if __name__ == "__main__":
    socketio.run(app)
