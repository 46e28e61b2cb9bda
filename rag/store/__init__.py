"""The index on disk: ``LocalStore`` answers from one generation, ``rag.index.builder`` builds the next."""

from rag.store.local import LocalStore

__all__ = ["LocalStore"]
