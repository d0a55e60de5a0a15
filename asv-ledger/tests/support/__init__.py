"""Histories, documents and hostile files made for the tests."""
