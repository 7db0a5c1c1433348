"""Files that operators drop -> assets that stories are made of, and tasks to make them."""
