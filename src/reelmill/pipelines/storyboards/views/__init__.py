"""Records -> what the API says about them."""
