"""What runs on a cluster's hosts, which have neither this package nor Jupyter.

`here` and the plugins travel as pickled code, so they use the standard library only; `child` runs from the bundle's zip
file, beside the core. `record` does both.
"""
