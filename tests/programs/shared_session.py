"""With manage_session=False a handler sees the session of the HTTP requests, and no copy of it."""

from flask import Flask, jsonify, request, session
from flask.sessions import SecureCookieSession, SessionInterface
from flask_socketio import SocketIO, emit


# %%
class MemorySessions(SessionInterface):
    """Sessions that stay on the server: the cookie holds a number only."""

    def __init__(self):
        self.kept = {}

    def open_session(self, app, request):
        number = request.cookies.get("visitor") or str(len(self.kept) + 1)
        kept = self.kept.setdefault(number, {})
        opened = SecureCookieSession(kept)
        opened["number"] = number
        return opened

    def save_session(self, app, session, response):
        self.kept[session["number"]] = dict(session)
        response.set_cookie("visitor", session["number"])


# %%
app = Flask(__name__)
app.session_interface = MemorySessions()
socketio = SocketIO(app, manage_session=False)


# %%
@app.route("/cart", methods=["GET", "POST"])
def cart():
    if request.method == "POST":
        session["cart"] = [*session.get("cart", []), request.form["item"]]
    return jsonify(session.get("cart", []))


# %%
@socketio.on("show cart")
def show_cart():
    return session.get("cart", [])


@socketio.on("add to cart")
def add_to_cart(item):
    session["cart"] = [*session.get("cart", []), item]
    emit("cart", session["cart"])


# %%
if __name__ == "__main__":
    socketio.run(app)
