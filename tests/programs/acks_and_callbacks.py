"""Both sides can ask for a receipt: what a handler returns, and what a client answers."""

from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)
receipts = []


# %%
@socketio.on("add")
def add(a, b):
    return a + b


@socketio.on("divide")
def divide(a, b):
    if b == 0:
        return "error", "division by zero"
    return "ok", a / b


@socketio.on("fire and forget")
def forget():
    pass


# %%
def received(*answer):
    print("the client says", answer)
    receipts.append(list(answer))
    socketio.emit("thanks", {"receipts": len(receipts)})


@socketio.event
def order(item):
    emit("parcel", {"item": item}, callback=received)


@socketio.event
def all_receipts():
    return receipts


# %%
if __name__ == "__main__":
    socketio.run(app, log_output=True)
