"""The article shows this program, and its page index.html on another page that nobody copies."""

from flask import Flask, render_template
from flask_socketio import SocketIO, send

app = Flask(__name__)
app.config["SECRET_KEY"] = "mysecret"
socketio = SocketIO(app)


# %%
@app.route("/")
def index():
    return render_template("session.html")


@app.route("/ping")
def ping():
    return "pong"


# %%
@socketio.on("message")
def handle_message(msg):
    print("Message: " + msg)
    send(msg, broadcast=True)


# %%
if __name__ == "__main__":
    socketio.run(app)
