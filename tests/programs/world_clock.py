"""A clock: one task, started when the program is read, ticks for all pages that are open."""

from datetime import datetime, timezone

from flask import Flask
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, cors_allowed_origins="*")


# %%
@app.route("/")
def page():
    return """
    <h1 id="now">--:--:--</h1>
    <script src="https://cdn.socket.io/4.6.0/socket.io.min.js"></script>
    <script>io().on("tick", (tick) => { document.getElementById("now").textContent = tick.time })</script>
    """


# %%
def tick_tock():
    number = 0
    while True:
        number += 1
        now = datetime.now(timezone.utc)
        socketio.emit("tick", {"number": number, "time": now.strftime("%H:%M:%S")})
        socketio.sleep(0.05)


# %%
clock = socketio.start_background_task(tick_tock)

# %%
if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=5050, allow_unsafe_werkzeug=True)
