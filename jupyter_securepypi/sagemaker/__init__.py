"""SageMaker steps: their variables, the software that honours them, and the bundle for their containers."""
