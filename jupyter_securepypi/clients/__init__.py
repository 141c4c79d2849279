"""Point package managers at the secure index: one module a tool, each editing only what it must."""
