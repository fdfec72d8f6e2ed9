"""2012: before Flask-SocketIO there was gevent-socketio."""

from flask import Flask, request
from socketio import socketio_manage
from socketio.namespace import BaseNamespace

app = Flask(__name__)


# %%
class ChatNamespace(BaseNamespace):
    def on_chat(self, message):
        self.emit("chat", message)


@app.route("/socket.io/<path:remaining>")
def socketio_route(remaining):
    socketio_manage(request.environ, {"/chat": ChatNamespace}, request)
    return ""


# %%
if __name__ == "__main__":
    from socketio.server import SocketIOServer

    SocketIOServer(("", 5027), app, resource="socket.io").serve_forever()
