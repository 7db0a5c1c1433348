"""`.pt` files, read and written without torch and without running anything that they ask for."""
