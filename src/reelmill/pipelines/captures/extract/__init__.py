"""A TAR in a store -> records, with as little of it read as is needed, and none of it unpacked."""
