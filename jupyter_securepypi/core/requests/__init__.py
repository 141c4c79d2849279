"""The request for an install: it is read once, line by line, and refused if it would leave the index."""
