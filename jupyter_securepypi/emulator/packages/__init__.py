"""What repositories hold, what they can reach through upstreams, and what may enter them."""

from __future__ import annotations
