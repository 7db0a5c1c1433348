"""Where files live: a folder or an object store behind one port, and links that expire."""
