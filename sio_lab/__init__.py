"""sio_lab: the developer tools of Socket.IO in a notebook."""
