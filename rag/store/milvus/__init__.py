"""The store on a Milvus server: dense search, BM25 and filters run there, and texts and the query encoder live there.

A machine that asks needs the server's address and nothing else. Each generation is a pair of collections: what is
searched, and what is read. The alias ``rapporteur`` names the live one; moving it is one step, so that a load killed
anywhere changes nothing.
"""

from rag.store.milvus.engine import Engine
from rag.store.milvus.load import publish
from rag.store.milvus.store import MilvusStore

__all__ = ["Engine", "MilvusStore", "publish"]
