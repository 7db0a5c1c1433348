"""Video and pictures: probe, draw, encode, verify. The only room that imports av."""
