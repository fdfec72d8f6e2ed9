"""2016: an object comes to 'json', and is expected to go out as one, too."""

from flask import Flask
from flask_socketio import SocketIO, send

app = Flask(__name__)
socketio = SocketIO(app)


# %%
@socketio.on("json")
def handle_json(json):
    send({"received": json})


# %%
if __name__ == "__main__":
    socketio.run(app)
