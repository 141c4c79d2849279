"""Which package manager installs: pip or uv, each against one index only, with one report.

The engines live outside the core: a container always has pip, and the bundle stays small.
"""
