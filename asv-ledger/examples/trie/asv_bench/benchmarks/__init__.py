"""What is measured of a trie."""
