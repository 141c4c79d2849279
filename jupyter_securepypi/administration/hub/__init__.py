"""All users' servers of a JupyterHub at a glance: whose token stands how, and what needs an administrator."""
