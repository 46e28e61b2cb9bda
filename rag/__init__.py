"""Answers about human-rights country reports, every sentence standing on the reports' own words."""
