"""2019: broadcast=True on the method that always broadcasts; old Flask-SocketIO took it without a word."""

from flask import Flask
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app)


# %%
@app.route("/announce")
def announce():
    socketio.emit("announcement", {"text": "dinner"}, broadcast=True)
    return "announced"


@socketio.on("shout")
def shout(text):
    socketio.emit("shouted", text, broadcast=True)


@socketio.on("reply")
def reply(text):
    socketio.emit("replied", text, broadcast=False)


# %%
if __name__ == "__main__":
    socketio.run(app)
