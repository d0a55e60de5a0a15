"""What is measured of a cache."""
