"""An application factory: the SocketIO object is made first, the app is handed in later, and a blueprint has the pages."""

from flask import Blueprint, Flask, current_app, render_template_string
from flask_socketio import SocketIO, emit

socketio = SocketIO()

# %%
main = Blueprint("main", __name__)


@main.route("/")
def index():
    return render_template_string("<title>{{ config.TITLE }}</title><a href='{{ url_for('main.about') }}'>About</a>")


@main.route("/about")
def about():
    return current_app.config["TITLE"] + ", version 1"


# %%
@socketio.on("joined", namespace="/chat")
def joined(data):
    emit("status", {"msg": f"{data['name']} has come to {current_app.config['TITLE']}"}, broadcast=True)


@socketio.on("text", namespace="/chat")
def text(data):
    emit("message", {"msg": f"{data['name']}: {data['msg']}"}, broadcast=True)


# %%
def create_app(debug=False, title="Factory"):
    app = Flask(__name__)
    app.debug = debug
    app.config["SECRET_KEY"] = "made in a factory"
    app.config["TITLE"] = title
    app.register_blueprint(main)
    socketio.init_app(app, cors_allowed_origins="*")
    return app


# %%
app = create_app(debug=True, title="Tea Room")

if __name__ == "__main__":
    socketio.run(app)
