"""2014: extensions were imported from flask.ext."""

from flask import Flask, session
from flask.ext.socketio import SocketIO, emit

app = Flask(__name__)
app.debug = True
app.config["SECRET_KEY"] = "2014"
socketio = SocketIO(app)


# %%
@app.route("/")
def index():
    return "<h1>flask.ext</h1>"


@socketio.on("my event", namespace="/test")
def test_message(message):
    session["receive_count"] = session.get("receive_count", 0) + 1
    emit("my response", {"data": message["data"], "count": session["receive_count"]})


# %%
if __name__ == "__main__":
    socketio.run(app)
