"""What the driver puts on a server, one file for each kind of load."""
