"""Find out what keeps the secure index from working, and say what to do: one module a group of checks."""
