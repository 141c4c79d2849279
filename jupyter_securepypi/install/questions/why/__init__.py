"""``why NAME[SPEC]``: what an install of it would take, or what stands in the way, with the facts and a way on."""
