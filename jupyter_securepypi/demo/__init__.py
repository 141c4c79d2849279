"""`jupyter securepypi demo`: the whole product against an emulated AWS, in a scratch home."""
