"""The token: one fresh grant for all processes, its store, and its status."""
