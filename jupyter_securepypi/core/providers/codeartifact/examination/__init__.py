"""What the doctor asks AWS about CodeArtifact: credentials, clock, hosts and each permission that is needed."""
