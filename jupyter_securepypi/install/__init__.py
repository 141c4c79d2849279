"""Installing: from a request to packages with a proven origin, and the record of it."""
