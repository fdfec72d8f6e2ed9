"""Any program that can send an HTTP request can reach all browsers: curl -X POST .../push -d text=hello"""

from flask import Flask, abort, request
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app)
pushed = []

# %%


@app.route("/push", methods=["POST"])
def push():
    if request.is_json:
        message = request.get_json()
    elif "text" in request.form:
        message = {"text": request.form["text"]}
    else:
        abort(400, "there is nothing to push")
    pushed.append(message)
    socketio.emit("notification", message, namespace="/inbox")
    return {"pushed": len(pushed)}, 202


@app.route("/push/<room>", methods=["PUT"])
def push_to(room):
    socketio.emit("notification", {"text": request.get_data(as_text=True)}, namespace="/inbox", to=room)
    return "", 204


# %%
from flask_socketio import join_room


@socketio.on("subscribe", namespace="/inbox")
def subscribe(topic):
    join_room(topic)
    return {"subscribed": topic}


@socketio.on("history", namespace="/inbox")
def history():
    return pushed


# %%
if __name__ == "__main__":
    print("Try it: curl -X POST http://localhost:8080/push -d text=hello")
    socketio.run(app, port=8080, allow_unsafe_werkzeug=True)
