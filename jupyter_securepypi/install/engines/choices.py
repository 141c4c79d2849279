"""What can be chosen for an install: the engine, and when origins are proven. Apart, because help needs no engine."""

ENGINES = ("auto", "pip", "uv")
VERIFY = ("after", "before")
