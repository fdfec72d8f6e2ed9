"""The heart of the lab: records, log, state and tables, with the standard library only."""
