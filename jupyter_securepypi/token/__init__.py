"""The token: one fresh grant for everybody who asks, where it is kept, and how things stand with it."""
