"""The verbs of `%sio`: one table of them, and the reading of a line. Knows neither IPython nor the lab."""

from sio_lab.commands.parse import Command, parse, read_arguments
from sio_lab.commands.table import VERBS, find, overview

__all__ = ["VERBS", "Command", "find", "overview", "parse", "read_arguments"]
