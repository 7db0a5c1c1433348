"""Game replay JSON -> stream-ready MP4 library."""
