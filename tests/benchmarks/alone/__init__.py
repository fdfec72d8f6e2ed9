"""What is measured of the lab alone, each a program of its own that prints its figures as JSON."""
