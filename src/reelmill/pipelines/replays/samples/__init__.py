"""A seed -> games of real shape, played by the rules and written in every schema."""
