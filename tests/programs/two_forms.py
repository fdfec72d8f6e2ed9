"""A page with two forms: what the first one sends comes back to you, what the second one sends goes to everybody."""

from flask import Flask, render_template_string
from flask_socketio import SocketIO, emit

app = Flask(__name__)
app.config["SECRET_KEY"] = "not a secret at all"
socketio = SocketIO(app)

PAGE = """
<!doctype html>
<title>Two forms</title>
<form id="echo"><input name="data" placeholder="just for me"><button>Echo</button></form>
<form id="broadcast"><input name="data" placeholder="for everybody"><button>Broadcast</button></form>
<ul id="log"></ul>
<script src="https://cdn.socket.io/4.7.5/socket.io.min.js"></script>
<script>
  const socket = io("/test");
  const send = (form, event) => document.getElementById(form).addEventListener("submit", (e) => {
    e.preventDefault();
    socket.emit(event, {data: e.target.data.value});
  });
  send("echo", "my event");
  send("broadcast", "my broadcast event");
  socket.on("my response", (message) => {
    const line = document.createElement("li");
    line.textContent = `#${message.count}: ${message.data}`;
    document.getElementById("log").append(line);
  });
</script>
"""


# %%
@app.route("/")
def index():
    return render_template_string(PAGE)


# %%
from flask import session


@socketio.on("my event", namespace="/test")
def echo_to_me(message):
    session["receive_count"] = session.get("receive_count", 0) + 1
    emit("my response", {"data": message["data"], "count": session["receive_count"]})


@socketio.on("my broadcast event", namespace="/test")
def tell_everybody(message):
    session["receive_count"] = session.get("receive_count", 0) + 1
    emit("my response", {"data": message["data"], "count": session["receive_count"]}, broadcast=True)


# %%
@socketio.on("connect", namespace="/test")
def hello():
    emit("my response", {"data": "Connected", "count": 0})


@socketio.on("disconnect", namespace="/test")
def goodbye():
    print("a browser has left")


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True)
