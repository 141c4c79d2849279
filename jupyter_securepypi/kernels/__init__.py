"""Kernels: the Python environment of each, the index in force there, and the fix for a wrong one."""
