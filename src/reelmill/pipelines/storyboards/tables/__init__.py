"""All that is ever asked of the tables of the storyboards: a file a table."""
