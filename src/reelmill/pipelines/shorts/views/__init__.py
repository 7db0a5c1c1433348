"""What is recorded -> what the API of videos, scenes and exports says of it."""
