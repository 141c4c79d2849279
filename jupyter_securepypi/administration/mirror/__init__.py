"""Mirror: copy a list of packages, with all that they need, from an index into a private repository, or onto a disk."""
