"""2015: gevent's server with geventwebsocket's handler."""

from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler

app = Flask(__name__)
socketio = SocketIO(app)


# %%
@app.route("/hello/<name>")
def hello(name):
    return f"Hello, {name}, from {request.path}"


@socketio.on("join")
def join(room):
    join_room(room)
    emit("joined", {"room": room}, room=room)


# %%
if __name__ == "__main__":
    http_server = WSGIServer(("", 5023), app, handler_class=WebSocketHandler)
    print("listening on port 5023")
    http_server.serve_forever()
