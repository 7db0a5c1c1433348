"""Changes of the tables of the storyboards, one file each under `versions/`."""
