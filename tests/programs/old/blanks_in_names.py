"""2019: a class in place of decorators, for a page that goes on to say 'my event'."""

from flask import Flask
from flask_socketio import Namespace, SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)


# %%
class MyNamespace(Namespace):
    def on_connect(self):
        emit("my response", {"data": "Connected"})

    def on_my_event(self, message):
        emit("my response", {"data": message["data"]})


socketio.on_namespace(MyNamespace("/test"))

# %%
if __name__ == "__main__":
    socketio.run(app)
