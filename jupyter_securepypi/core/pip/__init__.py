"""pip: its configuration, its names for options, how it is run, and what its output means."""
