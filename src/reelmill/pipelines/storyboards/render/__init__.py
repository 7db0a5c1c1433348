"""Words -> pictures; pictures -> a film. All of it on this machine."""
