"""The server asks, a client answers, and the handler waits for it: call()."""

from flask import Flask, request
from flask_socketio import SocketIO, call

app = Flask(__name__)
app.config["SECRET_KEY"] = "wait for it"
socketio = SocketIO(app, async_handlers=True)
players = {}


# %%
@socketio.on("register")
def register(name):
    players[name] = request.sid
    return len(players)


@socketio.on("check me")
def check_me():
    answer = call("challenge", {"question": "6 * 7"}, timeout=5)
    return "human" if answer == 42 else "machine"


# %%
@app.route("/ask/<name>/<question>")
def ask(name, question):
    if name not in players:
        return {"error": f"{name} is not here"}, 404
    answer = socketio.call("question", question, to=players[name], timeout=5)
    return {"name": name, "answer": answer}


# %%
if __name__ == "__main__":
    socketio.run(app, "127.0.0.1", 5003)
