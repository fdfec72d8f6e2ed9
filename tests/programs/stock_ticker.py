"""Share prices: one room a symbol; who watches a symbol gets its prices and no others."""

import random

from flask import Flask, jsonify
from flask_socketio import SocketIO, emit, join_room, leave_room

app = Flask(__name__)
socketio = SocketIO(app)

prices = {"ACME": 100.0, "GLOBEX": 55.0, "INITECH": 12.5}


# %%
class Ticker:
    """Changes all prices a little, again and again."""

    def __init__(self, pause):
        self.pause = pause
        self.rounds = 0

    def run(self):
        while True:
            self.rounds += 1
            for symbol in prices:
                prices[symbol] = round(prices[symbol] * random.uniform(0.99, 1.01), 2)
                socketio.emit("price", {"symbol": symbol, "price": prices[symbol]}, namespace="/stocks", to=symbol)
            socketio.sleep(self.pause)


ticker = Ticker(pause=0.05)
socketio.start_background_task(ticker.run)


# %%
@socketio.on("watch", namespace="/stocks")
def watch(symbol):
    if symbol not in prices:
        return {"error": "unknown symbol"}
    join_room(symbol)
    emit("price", {"symbol": symbol, "price": prices[symbol]})
    return {"watching": symbol}


@socketio.on("unwatch", namespace="/stocks")
def unwatch(symbol):
    leave_room(symbol)


# %%
@app.route("/prices/<symbol>")
def price(symbol):
    if symbol.upper() not in prices:
        return jsonify(error="unknown symbol"), 404
    return jsonify(symbol=symbol.upper(), price=prices[symbol.upper()])


# %%
if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=5008, debug=False, allow_unsafe_werkzeug=True)
