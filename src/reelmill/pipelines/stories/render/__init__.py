"""Clips conformed once, sound mixed, both joined: a story of its parts."""
