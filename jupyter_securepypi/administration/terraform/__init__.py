"""An index described in Terraform, as files that a platform engineer reviews, keeps and applies."""
