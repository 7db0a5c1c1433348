"""Small tools beside the two stages: lists, inventories, pictures, tables, copies."""
