"""Code that authenticates by itself: where it is, what is wrong with it, and what takes its place."""
