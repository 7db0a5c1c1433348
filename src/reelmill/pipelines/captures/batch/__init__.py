"""Many captures -> jobs, followed to their end."""
