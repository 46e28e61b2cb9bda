"""Suites over single parts: the guard, the reading of names, the reading of pages."""
