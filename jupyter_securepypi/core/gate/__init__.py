"""The gate: what may be installed from the index, by age, known malware, vulnerabilities and names."""
