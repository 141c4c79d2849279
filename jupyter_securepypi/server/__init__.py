"""The code inside the Jupyter server: the refresher, the kernels' configurations, REST and events."""
