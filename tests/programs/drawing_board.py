"""A board that all draw on: strokes go to the others, and who comes late gets the picture so far."""

from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, cors_allowed_origins="*")
strokes = []

# %%
BOARD = """
<canvas id="board" width="640" height="480" style="border: 1px solid"></canvas><button id="wipe">Wipe</button>
<script src="https://cdn.socket.io/4.5.4/socket.io.min.js"></script>
<script>
  const socket = io("/board"), board = document.getElementById("board"), pen = board.getContext("2d");
  let last = null;
  const draw = ({from, to, colour}) => {
    pen.strokeStyle = colour; pen.beginPath(); pen.moveTo(...from); pen.lineTo(...to); pen.stroke();
  };
  board.onpointerdown = (e) => { last = [e.offsetX, e.offsetY] };
  board.onpointerup = () => { last = null };
  board.onpointermove = (e) => {
    if (!last) return;
    const stroke = {from: last, to: [e.offsetX, e.offsetY], colour: "#06c"};
    draw(stroke); socket.emit("draw", stroke); last = stroke.to;
  };
  wipe.onclick = () => socket.emit("wipe");
  socket.on("draw", draw);
  socket.on("picture", (strokes) => strokes.forEach(draw));
  socket.on("wiped", () => pen.clearRect(0, 0, 640, 480));
</script>
"""


@app.route("/")
def board():
    return BOARD


# %%
@socketio.on("connect", namespace="/board")
def show_picture():
    emit("picture", strokes)


@socketio.on("draw", namespace="/board")
def draw(stroke):
    strokes.append(stroke)
    emit("draw", stroke, broadcast=True, include_self=False)


# %%
@socketio.on("wipe", namespace="/board")
def wipe():
    strokes.clear()
    emit("wiped", broadcast=True)


# %%
if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=5000)
