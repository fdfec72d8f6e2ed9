"""The live server: Flask, Flask-SocketIO and Werkzeug, run, watched and stopped."""
