"""Roll-out: the script that installs the extension where notebooks run, and what it pins."""
