"""What somebody asks to be installed: read once, line by line, and refused where it would leave the index."""
