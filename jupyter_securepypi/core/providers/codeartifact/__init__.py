"""AWS CodeArtifact: its addresses, how a token is minted, and what AWS's failures mean."""
