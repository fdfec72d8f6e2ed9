"""A client that costs little: Engine.IO and Socket.IO spoken by hand over bare sockets, in one thread."""
