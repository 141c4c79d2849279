"""What administrators of an index do: promote packages, protect their own names, describe the index in Terraform."""
