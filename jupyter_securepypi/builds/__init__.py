"""Builds elsewhere: lines for a Dockerfile, and for a CI system, that install from the index and keep no token."""
