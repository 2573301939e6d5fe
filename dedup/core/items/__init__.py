"""Items of feeds -> the items that their headlines join."""
