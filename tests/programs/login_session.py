"""Who logs in by a form is known to the handlers, too: they see the session of the page."""

from flask import Flask, redirect, render_template_string, request, session, url_for
from flask_socketio import SocketIO, emit

app = Flask(__name__)
app.config["SECRET_KEY"] = "change me"
socketio = SocketIO(app)

LOGIN = """<form method="post"><input name="name" required><button>Log in</button></form>"""
CHAT = """<p>You are {{ session.name }}. <a href="{{ url_for('logout') }}">Log out</a></p>"""


# %%
@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        session["name"] = request.form["name"]
        return redirect(url_for("chat"))
    return LOGIN


@app.route("/logout")
def logout():
    session.pop("name", None)
    return redirect(url_for("login"))


@app.route("/chat")
def chat():
    if "name" not in session:
        return redirect(url_for("login"))
    return render_template_string(CHAT)


# %%
@socketio.on("connect")
def greet():
    emit("hello", {"name": session.get("name", "stranger")})


@socketio.on("set nickname")
def set_nickname(nickname):
    session["nickname"] = nickname


@socketio.on("text")
def text(message):
    who = session.get("nickname") or session.get("name", "stranger")
    emit("text", {"from": who, "message": message}, broadcast=True)


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True, port=5000)
