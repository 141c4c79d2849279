"""What a notebook sees: the magic and how its answers look."""
