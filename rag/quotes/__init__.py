"""Verdicts on quotations.

Invariant: a quotation is found exactly after one declared folding (``fold``) and on word boundaries, or it is not
found. No similarity decides anything; one only picks the sentence to show beside ``not_found``.
"""

from rag.quotes.folding import Folded, fold, occurrences
from rag.quotes.index import Nearest, Place, QuoteIndex, QuoteVerdict
from rag.quotes.slices import SliceCheck, check_slice

__all__ = [
    "Folded",
    "Nearest",
    "Place",
    "QuoteIndex",
    "QuoteVerdict",
    "SliceCheck",
    "check_slice",
    "fold",
    "occurrences",
]
