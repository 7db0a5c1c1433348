"""A game and its timeline -> pictures, drawn as changes into planes."""
