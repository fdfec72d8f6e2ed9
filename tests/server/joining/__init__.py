"""A class with its code."""
