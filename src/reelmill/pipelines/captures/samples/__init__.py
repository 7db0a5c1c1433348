"""Fake captures with their true labels, for a first look and for tests."""
