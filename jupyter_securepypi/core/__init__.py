"""The part that runs anywhere: it needs Python 3.8 and the standard library, and in a child process a provider's SDK.

Nothing here imports the rest of the package, Jupyter, IPython or traitlets, so that this folder alone can
be shipped into a SageMaker container.
"""
