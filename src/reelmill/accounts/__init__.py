"""Who asks: people, their keys and sessions, and the tokens of an outside identity provider."""
