"""Find out what keeps the secure index from working, and what to do: one module for each group of checks."""
