"""Files become reports: decoded, stripped of the site around them, outlined, described by the manifest, hashed."""

from rag.corpus.collection import doubts, read, read_folder, refuse_duplicates
from rag.corpus.sources import Refusal

__all__ = ["Refusal", "doubts", "read", "read_folder", "refuse_duplicates"]
