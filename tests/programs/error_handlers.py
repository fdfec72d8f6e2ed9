"""What goes wrong in a handler is caught in one place for each namespace, and in one for all the rest."""

from flask import Flask, request
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)


class TooRude(Exception):
    pass


# %%
@socketio.on("say", namespace="/polite")
def say(text):
    if "stupid" in text:
        raise TooRude(text)
    emit("said", text, broadcast=True)
    return "said"


@socketio.on("divide")
def divide(number):
    emit("quotient", 100 / number)


@socketio.on("boom", namespace="/elsewhere")
def boom():
    raise RuntimeError("boom")


# %%
@socketio.on_error("/polite")
def polite_errors(error):
    emit("sorry", {"because": type(error).__name__})
    return "mind your words"


@socketio.on_error()
def errors_of_the_default_namespace(error):
    emit("failed", {"event": request.event["message"], "args": list(request.event["args"]), "error": str(error)})


@socketio.on_error_default
def all_other_errors(error):
    emit("failed", {"where": request.namespace, "error": str(error)})


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True, port=5004)
