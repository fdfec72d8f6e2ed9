"""Handlers that live elsewhere are registered by name: on_event instead of decorators."""

from flask import Flask
from flask_socketio import SocketIO, emit, send

app = Flask(__name__)
socketio = SocketIO(app)


# %%
def shout(text):
    emit("shouted", text.upper())


def reverse(text):
    return text[::-1]


def on_any_message(message):
    send(f"got {message!r}")


class Counter:
    def __init__(self):
        self.total = 0

    def count(self, step=1):
        self.total += step
        return self.total


# %%
counter = Counter()
socketio.on_event("shout", shout)
socketio.on_event("reverse", reverse, namespace="/tools")
socketio.on_event("message", on_any_message)
socketio.on_event("count", counter.count)
socketio.on_event("length", lambda text: len(text), namespace="/tools")

# %%
app.add_url_rule("/total", "total", lambda: str(counter.total))

# %%
if __name__ == "__main__":
    socketio.run(app)
