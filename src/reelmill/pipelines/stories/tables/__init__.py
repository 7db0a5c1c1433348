"""All that is ever asked of the tables of the stories: a file a table, a function a question."""
