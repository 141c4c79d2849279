"""Kernels: which Python environment each runs in, which index is in force there, and how to put one right."""
