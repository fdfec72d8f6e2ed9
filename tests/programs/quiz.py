"""A quiz: two players, three questions, points for the first right answer."""

from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
socketio = SocketIO(app, manage_session=True)

QUESTIONS = [("2 + 2", "4"), ("Capital of Peru", "Lima"), ("Chemical sign of gold", "Au")]
game = {"number": -1, "points": {}}


def next_question():
    game["number"] += 1
    if game["number"] < len(QUESTIONS):
        socketio.emit("question", {"text": QUESTIONS[game["number"]][0]}, to="players", namespace="/quiz")
    else:
        socketio.emit("the end", {"points": game["points"]}, to="players", namespace="/quiz")


# %%
@socketio.on("play", namespace="/quiz")
def play(name):
    join_room("players")
    game["points"][name] = 0
    game.setdefault("names", {})[request.sid] = name
    emit("players", list(game["points"]), to="players")
    if len(game["points"]) == 2:
        next_question()


# %%
@socketio.on("answer", namespace="/quiz")
def answer(text):
    _, right = QUESTIONS[game["number"]]
    if text.strip().lower() != right.lower():
        emit("wrong", {"your answer": text})
        return False
    name = game["names"][request.sid]
    game["points"][name] += 1
    emit("right", {"name": name, "points": game["points"][name]}, to="players")
    next_question()
    return True


# %%
if __name__ == "__main__":
    socketio.run(app, port=5007, use_reloader=True)
