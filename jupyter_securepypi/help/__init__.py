"""What each command does, with examples: told once, shown by the magic and by the command line."""
