"""What administrators of an index do: promote packages from one repository to another, and protect their own names."""
