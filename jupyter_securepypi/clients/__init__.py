"""Point package managers at the secure index: one module for each tool, each with the smallest edit."""
