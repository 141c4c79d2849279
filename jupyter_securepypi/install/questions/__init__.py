"""Questions around installing: lock, download, list, show-origin, search-versions, why, audit, sbom."""
