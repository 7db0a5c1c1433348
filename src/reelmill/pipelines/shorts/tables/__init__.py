"""All that is ever asked of the tables of the shorts: a file a table, a function a question."""
