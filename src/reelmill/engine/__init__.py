"""What runs the workflows: here and now, or durably on any node."""
