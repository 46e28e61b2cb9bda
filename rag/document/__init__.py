"""Quotations in somebody's draft, found with their places and judged together with the citations beside them."""

from rag.document.block import Block, Draft
from rag.document.blocks import read
from rag.document.cited import Cited
from rag.document.ledger import CODES, Entry, check
from rag.document.quotations import Quotation, find

__all__ = ["CODES", "Block", "Cited", "Draft", "Entry", "Quotation", "check", "find", "read"]
