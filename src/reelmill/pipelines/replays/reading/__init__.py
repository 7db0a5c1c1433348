"""A replay document of any known schema -> a `Game`, or what is wrong with it."""
