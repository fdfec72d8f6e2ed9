"""What happened, written as a file of another kind: a test, an API document. Writes text; runs nothing."""
