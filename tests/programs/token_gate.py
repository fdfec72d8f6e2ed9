"""Two doors with a guard: one says why it lets nobody in, the other one only shakes its head."""

from flask import Flask, jsonify, request
from flask_socketio import ConnectionRefusedError, SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, cors_allowed_origins=["http://localhost:3000", "http://127.0.0.1:3000"])

TOKENS = {"s3same": "Ali", "0pen": "Cassim"}
inside = {}


# %%
@app.post("/token")
def hand_out_token():
    name = request.get_json()["name"]
    for token, owner in TOKENS.items():
        if owner == name:
            return jsonify(token=token)
    return jsonify(error="unknown name"), 404


# %%
@socketio.on("connect")
def connect(auth):
    token = auth.get("token") if auth else None
    if token not in TOKENS:
        raise ConnectionRefusedError("unauthorized!", {"hint": "ask /token for one"})
    inside[request.sid] = TOKENS[token]
    emit("welcome", {"name": inside[request.sid]})


@socketio.on("disconnect")
def disconnect():
    inside.pop(request.sid, None)


@socketio.on("who")
def who():
    return sorted(inside.values())


# %%
@socketio.on("connect", namespace="/vault")
def connect_to_vault():
    if request.args.get("key") != "gold":
        return False


@socketio.on("count", namespace="/vault")
def count_coins():
    return 1001


# %%
if __name__ == "__main__":
    socketio.run(app, host="localhost", port=5002, debug=True, use_reloader=False)
