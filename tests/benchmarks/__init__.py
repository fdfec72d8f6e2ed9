"""How fast the lab is beside plain Flask-SocketIO and others: `python -m tests.benchmarks`."""
