"""2015: plain WebSockets by flask_sockets, beside the pages."""

from flask import Flask
from flask_sockets import Sockets

app = Flask(__name__)
sockets = Sockets(app)


# %%
@sockets.route("/echo")
def echo_socket(ws):
    while not ws.closed:
        message = ws.receive()
        if message is not None:
            ws.send(message[::-1])


@app.route("/")
def hello():
    return "Hello, sockets!"


# %%
if __name__ == "__main__":
    from gevent import pywsgi
    from geventwebsocket.handler import WebSocketHandler

    server = pywsgi.WSGIServer(("", 5024), app, handler_class=WebSocketHandler)
    server.serve_forever()
