"""Tic-tac-toe for two: the server keeps the board and says whose turn it is."""

from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
socketio = SocketIO(app)

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]
games = {}


# %%
class Game:
    def __init__(self):
        self.board = [" "] * 9
        self.players = {}
        self.turn = "X"

    def winner(self):
        for a, b, c in LINES:
            if self.board[a] == self.board[b] == self.board[c] != " ":
                return self.board[a]
        return None if " " in self.board else "nobody"


# %%
@socketio.on("join game")
def join_game(name):
    game = games.setdefault(name, Game())
    if len(game.players) == 2:
        return {"error": "this game is full"}
    sign = "XO"[len(game.players)]
    game.players[request.sid] = sign
    join_room(name)
    if sign == "O":
        emit("your move", {"turn": game.turn, "board": "".join(game.board)}, to=name)
    return {"sign": sign}


# %%
@socketio.on("move")
def move(data):
    game = games[data["game"]]
    sign = game.players[request.sid]
    if sign != game.turn or game.board[data["field"]] != " ":
        return {"error": "not now, not there"}
    game.board[data["field"]] = sign
    game.turn = "O" if sign == "X" else "X"
    if game.winner():
        emit("game over", {"winner": game.winner(), "board": "".join(game.board)}, to=data["game"])
        del games[data["game"]]
    else:
        emit("your move", {"turn": game.turn, "board": "".join(game.board)}, to=data["game"])
    return {"ok": True}


# %%
@app.route("/games")
def list_games():
    return sorted(games)


# %%
if __name__ == "__main__":
    socketio.run(app, "0.0.0.0", 5012)
