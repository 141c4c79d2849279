"""Where work outgrows a notebook: other engines, whose workers get the same packages from the same index."""
