"""What a SageMaker step gets, who honours it, and what ships into its container."""
