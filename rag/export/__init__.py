"""Answers in the formats of other programs, each with its quotes' full citations.

Invariant: nothing is exported that is not, at that moment, the report's own slice.
"""

from rag.export.formats import FORMATS, Format, named
from rag.export.material import Material, gather

__all__ = ["FORMATS", "Format", "Material", "gather", "named"]
