"""Changes of the tables of the shorts, one file each under `versions/`."""
