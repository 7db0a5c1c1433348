"""A prompt -> a storyboard -> an approval -> a finished video."""
