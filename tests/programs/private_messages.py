"""Private messages: a dictionary knows under which sid each name is connected."""

from flask import Flask, render_template_string, request
from flask_socketio import SocketIO, emit

app = Flask(__name__)
app.config["SECRET_KEY"] = "whisper"
socketio = SocketIO(app)

users = {}


# %%
@app.route("/")
def index():
    return render_template_string(
        "<h1>Online</h1><ul>{% for name in users|sort %}<li>{{ name }}</li>{% else %}<li>nobody</li>{% endfor %}</ul>",
        users=users,
    )


# %%
@socketio.on("username", namespace="/private")
def receive_username(username):
    users[username] = request.sid
    emit("users", sorted(users), broadcast=True)


@socketio.on("private_message", namespace="/private")
def private_message(payload):
    recipient = users.get(payload["username"])
    if recipient is None:
        emit("undeliverable", payload["username"])
        return
    sender = next(name for name, sid in users.items() if sid == request.sid)
    emit("new_private_message", {"from": sender, "text": payload["message"]}, room=recipient)


# %%
@socketio.on("disconnect", namespace="/private")
def forget_user():
    for name in [name for name, sid in users.items() if sid == request.sid]:
        del users[name]
    emit("users", sorted(users), broadcast=True)


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True)
