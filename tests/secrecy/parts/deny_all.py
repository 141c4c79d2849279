"""An authorizer for a server process: it lets nobody do anything with what is ours."""

from jupyter_server.auth.authorizer import Authorizer


class DenyAll(Authorizer):
    """Says no to the resource ``securepypi``; the server's own verbs still answer."""

    def is_authorized(self, handler, user, action, resource):
        return resource != "securepypi"
