"""What a question asks about: which countries and editions, whether it compares, whether it can be answered at all."""

from rag.scope.reading import Scope, holdings, read

__all__ = ["Scope", "holdings", "read"]
