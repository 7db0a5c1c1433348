"""A watched folder of voice, music, clips and links -> narrated videos."""
