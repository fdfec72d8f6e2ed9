"""2015: started by a manager."""

from flask import Flask
from flask_script import Manager
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app)
manager = Manager(app)


# %%
@manager.command
def run():
    socketio.run(app, port=5028)


# %%
if __name__ == "__main__":
    manager.run()
