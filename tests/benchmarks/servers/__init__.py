"""The servers that are compared, each a program of its own; all answer the same events."""
