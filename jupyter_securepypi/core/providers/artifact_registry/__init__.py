"""Google Artifact Registry as an index provider."""
