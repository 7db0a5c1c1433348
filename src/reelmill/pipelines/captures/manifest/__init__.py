"""Records in a store -> one typed table with a row for each. Everything costly is kept."""
