"""A provider on this machine that speaks Replicate's HTTP, keeps books, and fails on demand."""
