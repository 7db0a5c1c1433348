"""Durable pipelines that end in video files which were decoded and checked."""
