"""The HTTP API that every pipeline gets, and the dashboard."""
