"""The handlers of a chat as the methods of one class."""

from flask import Flask, request
from flask_socketio import Namespace, SocketIO, emit, join_room, leave_room

app = Flask(__name__)
app.secret_key = "class"
socketio = SocketIO(app)


# %%
class ChatNamespace(Namespace):
    def __init__(self, namespace=None):
        super().__init__(namespace)
        self.members = {}

    def on_connect(self):
        self.members[request.sid] = "somebody"
        emit("status", {"members": len(self.members)}, broadcast=True)

    def on_disconnect(self, reason=None):
        name = self.members.pop(request.sid, "somebody")
        self.emit("left", {"name": name})

    def on_introduce(self, name):
        self.members[request.sid] = name
        return f"Welcome, {name}!"

    def on_enter(self, data):
        join_room(data["room"])
        self.emit("entered", {"name": self.members[request.sid], "room": data["room"]}, room=data["room"])

    def on_say(self, data):
        who = self.members[request.sid]
        emit("said", {"name": who, "text": data["text"]}, to=data["room"])

    def on_exit(self, data):
        leave_room(data["room"])
        self.send(f"{self.members[request.sid]} went away", room=data["room"])


# %%
class AdminNamespace(Namespace):
    def on_count(self):
        return len(chat.members)


# %%
chat = ChatNamespace("/chat")
socketio.on_namespace(chat)
socketio.on_namespace(AdminNamespace("/admin-desk"))


@app.route("/members")
def members():
    return {"members": sorted(chat.members.values())}


# %%
if __name__ == "__main__":
    socketio.run(app, host="127.0.0.1", port=8000, debug=True)
