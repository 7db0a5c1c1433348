"""Many replay files -> jobs, followed to their end."""
