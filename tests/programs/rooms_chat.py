"""Chat rooms: join, leave, talk within a room, and close it for all."""

from flask import Flask, render_template_string, request
from flask_socketio import SocketIO, close_room, emit, join_room, leave_room, rooms, send

app = Flask(__name__)
app.config["SECRET_KEY"] = "rooms!"
socketio = SocketIO(app)

# %%
PAGE = """
<h1>{{ title }}</h1>
<input id="room"><button onclick="socket.emit('join', {room: room.value})">Join</button>
<pre id="log"></pre>
<script src="//cdnjs.cloudflare.com/ajax/libs/socket.io/4.0.1/socket.io.js"></script>
<script>
  const socket = io();
  const note = (text) => { document.getElementById("log").textContent += text + "\\n" };
  socket.on("message", note);
  socket.on("room_message", (m) => note(`[${m.room}] ${m.text}`));
</script>
"""


@app.route("/")
def index():
    return render_template_string(PAGE, title="Rooms & more")


# %%
@socketio.on("join")
def on_join(data):
    username, room = data["username"], data["room"]
    join_room(room)
    send(username + " has entered the room.", to=room)


@socketio.on("leave")
def on_leave(data):
    username, room = data["username"], data["room"]
    leave_room(room)
    send(username + " has left the room.", to=room)


# %%
@socketio.on("room_message")
def on_room_message(data):
    emit("room_message", {"room": data["room"], "text": data["text"]}, room=data["room"])


@socketio.on("my_rooms")
def on_my_rooms():
    emit("rooms_are", sorted(room for room in rooms() if room != request.sid))


# %%
@socketio.on("close")
def on_close(data):
    emit("room_message", {"room": data["room"], "text": "This room is closing."}, to=data["room"])
    close_room(data["room"])


# %%
if __name__ == "__main__":
    socketio.run(app, use_reloader=False)
