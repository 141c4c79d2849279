"""What an administrator changes in a CodeArtifact domain; all of it runs in a child process."""
