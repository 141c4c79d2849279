"""Questions around installing: lock, download, list, show-origin, search-versions, audit."""
