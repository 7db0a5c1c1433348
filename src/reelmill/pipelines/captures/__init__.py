"""TARs of recorded gameplay -> sampled frames -> a quality manifest."""
