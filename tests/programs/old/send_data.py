"""2020: the message by the name data=, which send() does not know."""

from flask import Flask
from flask_socketio import SocketIO, send

app = Flask(__name__)
socketio = SocketIO(app)


# %%
@socketio.on("message")
def message(text):
    send(data=f"you said {text}")


# %%
if __name__ == "__main__":
    socketio.run(app)
