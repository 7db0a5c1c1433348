"""Changes of the tables of the stories, one file each under `versions/`."""
