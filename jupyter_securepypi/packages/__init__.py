"""What can be asked about packages besides installing them: lock, download, list, origin, versions, audit."""
