"""A decorator of one's own keeps strangers out of single events."""

import functools

from flask import Flask, request, session
from flask_socketio import SocketIO, disconnect, emit

app = Flask(__name__)
app.config["SECRET_KEY"] = "members only"
socketio = SocketIO(app)


# %%
@app.route("/enter", methods=["POST"])
def enter():
    session["member"] = request.form["name"]
    return "come in"


# %%
def authenticated_only(f):
    @functools.wraps(f)
    def wrapped(*args, **kwargs):
        if not session.get("member"):
            emit("go away", "members only")
            disconnect()
        else:
            return f(*args, **kwargs)

    return wrapped


def timed(f):
    @functools.wraps(f)
    def wrapped(*args):
        result = f(*args)
        calls.append(f.__name__)
        return result

    return wrapped


calls = []


# %%
@socketio.on("lobby")
def lobby():
    return "anybody may read this"


@socketio.on("my secret")
@authenticated_only
@timed
def tell_secret(question):
    return f"{session['member']} asked {question!r}: the answer is 42"


@socketio.on("called")
@authenticated_only
def called():
    return calls


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True)
