"""The lab's own pages, and the official socket.io client that they and the program's pages load."""
