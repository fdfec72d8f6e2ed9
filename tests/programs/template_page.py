"""The page stands in templates/index.html, its style sheet in static/."""

from flask import Flask, render_template
from flask_socketio import SocketIO, emit

app = Flask(__name__)
app.config["SECRET_KEY"] = "templates"
socketio = SocketIO(app)
visits = 0


# %%
@app.route("/")
def index():
    return render_template("index.html", title="Visitors", visits=visits)


# %%
@socketio.on("connect")
def count():
    global visits
    visits += 1
    emit("visits", visits, broadcast=True)


@socketio.on("card")
def card(name):
    emit("card", {"html": render_template("card.html", name=name)})


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True)
