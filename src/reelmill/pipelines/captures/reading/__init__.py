"""Documents of a recorder, of any generation -> what they say. Pure."""
