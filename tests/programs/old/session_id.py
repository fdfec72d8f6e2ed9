"""2014: Flask-SocketIO 0.4 had the namespace as an object, with the socket in it."""

from flask import Flask, request
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)
clients = []


# %%
@socketio.on("register")
def register():
    clients.append(request.namespace.socket.sessid)
    emit("registered", len(clients))


# %%
if __name__ == "__main__":
    socketio.run(app, port=5026)
