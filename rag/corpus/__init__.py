"""Files become reports: decoded, stripped of the site around them, outlined, described by the manifest, hashed."""

from rag.corpus.collection import read_folder, read_report, refuse_duplicates, year_doubt

__all__ = ["read_folder", "read_report", "refuse_duplicates", "year_doubt"]
