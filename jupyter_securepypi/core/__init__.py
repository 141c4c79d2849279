"""The part that runs anywhere: Python 3.8 or later, the standard library and, in a child process, a provider's SDK.

Nothing here imports the rest of the package, Jupyter, IPython or traitlets, so that this folder alone can
be shipped into a SageMaker container.
"""
