"""2020: the payload by the name data=, which emit() does not know."""

from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)


# %%
@socketio.on("ask")
def ask(question):
    emit("answer", data={"question": question, "answer": 42})


# %%
if __name__ == "__main__":
    socketio.run(app)
