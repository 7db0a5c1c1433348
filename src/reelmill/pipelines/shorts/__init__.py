"""A scene of a long video -> a vertical short."""
