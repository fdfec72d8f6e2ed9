"""Hooks around each request, beside the socket: a counter, a header, a context processor, an error page."""

from flask import Flask, g, render_template_string, request
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)
requests_seen = 0


# %%
@app.before_request
def count_request():
    global requests_seen
    requests_seen += 1
    g.number = requests_seen


@app.after_request
def add_header(response):
    response.headers["X-Request-Number"] = str(g.number)
    return response


@app.context_processor
def inject_name():
    return {"site": "Hooks"}


@app.template_filter("shout")
def shout(text):
    return text.upper() + "!"


# %%
@app.route("/")
def index():
    socketio.emit("visited", {"path": request.path, "number": g.number})
    return render_template_string("{{ site|shout }} {{ g.number }}")


@app.route("/item/<int:number>", methods=["GET", "DELETE"])
def item(number):
    if request.method == "DELETE":
        return "", 204
    return {"item": number}


@app.errorhandler(404)
def lost(error):
    return f"{request.path} is not here", 404


# %%
@socketio.on("how many")
def how_many():
    emit("so many", requests_seen)


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True, use_reloader=False, port=5013)
