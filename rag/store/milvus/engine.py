"""The connection to a Milvus server: collections, rows, searches and the alias; its errors become the product's.

Milvus and its light server for tests differ in what they know. Only what both know is used: the "standard" tokenizer,
lists of primary keys, filters over integers.
"""

import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import grpc
from pymilvus import DataType, Function, FunctionType, MilvusClient
from pymilvus.exceptions import ErrorCode, MilvusException

from rag.errors import IndexMissingError, SettingError, StorageError
from rag.interfaces import Vectors

ALIAS = "rapporteur"
"""Names the live generation's collection."""
FORMAT = 1
"""Raised with every change of the collections or of what their rows hold."""
CONTENT = "_content"
"""Ends the name of the collection that is read, beside the one that is searched."""
PART = 65_532
"""Longest text of one field, in bytes; Milvus allows 65,535. A multiple of four, as Base64 needs."""
MOST = 16_384
"""Most results that Milvus gives to one search."""
EXACT = 1_000_000
"""Passages up to which every vector is compared; above, a graph (HNSW) is searched."""

_NAME = re.compile(rf"{ALIAS}_(\d+)_\d{{8}}T\d{{12}}_[0-9a-f]{{12}}")
_MISSING = (ErrorCode.COLLECTION_NOT_FOUND, 1600)
"""Neither a collection nor (1600) an alias of that name."""
_PATIENCE, _LONG_PATIENCE = 30.0, 3600.0
"""Seconds for an answer, and for a collection to be written, indexed or loaded."""
_EFFORT = 8
"""Candidates that the graph keeps for each result."""

Row = dict[str, Any]


class Engine:
    """One server and one of its databases; safe for many threads."""

    def __init__(self, address: str, token: str | None = None) -> None:
        """``address``: "milvus+http://host:19530", with "/database" where it is not the default one.

        ``token``: "user:password" or a key. Raises ``SettingError``, or ``StorageError`` where no server answers.
        """
        self.address = address
        parts = urlsplit(address)
        if parts.scheme not in ("milvus+http", "milvus+https") or not parts.hostname:
            raise SettingError(f"RAPPORTEUR_STORE={address!r} is no address such as 'milvus+http://host:19530'")
        if parts.username or parts.password:
            raise SettingError("RAPPORTEUR_STORE holds a password: give 'user:password' in MILVUS_TOKEN instead")
        # It logs every error with a trace, and we tell each in a line.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        uri = f"{parts.scheme.removeprefix('milvus+')}://{parts.netloc}"
        with self._asking():
            self._client = MilvusClient(
                uri, token=token or "", db_name=parts.path.strip("/"), timeout=_PATIENCE / 3, dedicated=True
            )

    def close(self) -> None:
        self._client.close()

    def live(self) -> str | None:
        """Name of the collection that the alias names; ``None`` where nothing was published yet."""
        try:
            with self._asking():
                return str(self._client.describe_alias(ALIAS, timeout=_PATIENCE)["collection_name"])
        except IndexMissingError:
            return None

    def generations(self) -> list[str]:
        """Names of the collections that are searched, oldest first, whole or half loaded."""
        with self._asking():
            names = self._client.list_collections(timeout=_PATIENCE)
        return sorted({name.removesuffix(CONTENT) for name in names if _NAME.fullmatch(name.removesuffix(CONTENT))})

    def create(self, name: str, dimension: int) -> None:
        """Makes the empty pair of collections called ``name``."""
        searched = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        searched.add_field("number", DataType.INT64, is_primary=True)
        searched.add_field("report", DataType.INT32)
        searched.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        analyzer = {"tokenizer": "standard"}
        searched.add_field("terms", DataType.VARCHAR, max_length=PART, enable_analyzer=True, analyzer_params=analyzer)
        searched.add_field("weights", DataType.SPARSE_FLOAT_VECTOR)
        searched.add_function(Function("bm25", FunctionType.BM25, ["terms"], ["weights"]))
        read = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        read.add_field("name", DataType.VARCHAR, is_primary=True, max_length=100)
        read.add_field("parts", DataType.INT32)
        read.add_field("seal", DataType.VARCHAR, max_length=64)
        read.add_field("content", DataType.VARCHAR, max_length=PART)
        read.add_field("unused", DataType.FLOAT_VECTOR, dim=2)  # no collection without a vector
        with self._asking():
            self._client.create_collection(name, schema=searched, timeout=_PATIENCE)
            mapped = {"mmap.enabled": "true"}
            self._client.create_collection(name + CONTENT, schema=read, properties=mapped, timeout=_PATIENCE)

    def insert(self, collection: str, rows: Sequence[Row]) -> None:
        with self._asking():
            self._client.insert(collection, list(rows), timeout=_LONG_PATIENCE)

    def complete(self, name: str, passages: int) -> None:
        """Writes both collections through, indexes them and makes them ready to be asked."""
        searched, read = MilvusClient.prepare_index_params(), MilvusClient.prepare_index_params()
        kind = ("FLAT", {}) if passages <= EXACT else ("HNSW", {"M": 32, "efConstruction": 200})
        searched.add_index("vector", index_type=kind[0], metric_type="IP", params=kind[1])
        weights = {"bm25_k1": 1.2, "bm25_b": 0.75}
        searched.add_index("weights", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=weights)
        read.add_index("unused", index_type="FLAT", metric_type="L2")
        with self._asking():
            for collection, indexes in ((name, searched), (name + CONTENT, read)):
                self._client.flush(collection, timeout=_LONG_PATIENCE)
                self._client.create_index(collection, indexes, timeout=_LONG_PATIENCE)
                self._client.load_collection(collection, timeout=_LONG_PATIENCE)

    def count(self, collection: str) -> int:
        """Rows that a search would see now."""
        with self._asking():
            found = self._client.query(
                collection, output_fields=["count(*)"], consistency_level="Strong", timeout=_PATIENCE
            )
        return int(found[0]["count(*)"])

    def publish(self, name: str) -> None:
        """Makes ``name`` the live generation, in one step."""
        move = self._client.create_alias if self.live() is None else self._client.alter_alias
        with self._asking():
            move(name, ALIAS, timeout=_PATIENCE)

    def drop(self, name: str) -> None:
        """Removes a generation, or what there is of it."""
        for collection in (name, name + CONTENT):
            with suppress(IndexMissingError), self._asking():
                self._client.drop_collection(collection, timeout=_PATIENCE)

    def rows(self, collection: str, keys: Sequence[str] | Sequence[int], fields: Sequence[str]) -> list[Row]:
        """Those of the rows with these primary keys that there are, in any order."""
        with self._asking():
            return list(self._client.get(collection, ids=list(keys), output_fields=list(fields), timeout=_PATIENCE))

    def nearest(
        self, name: str, vector: Vectors, limit: int, reports: Collection[int] | None
    ) -> list[tuple[int, float]]:
        """Passages with the highest inner product, best first, among ``reports`` (positions; ``None`` for all)."""
        effort = {"params": {"ef": _EFFORT * limit}}
        found = self._search(name, "vector", vector.astype(float).tolist(), limit, reports, effort)
        return [(hit["number"], float(hit["distance"])) for hit in found]

    def matching(self, name: str, text: str, limit: int, reports: Collection[int] | None) -> list[tuple[int, float]]:
        """Passages by BM25 over the words of ``text``, best first; the filter leaves every word's weight as it is."""
        # The light server gives scores as distances, below zero; the order is the same.
        found = self._search(name, "weights", text, limit, reports, {})
        return [(hit["number"], abs(float(hit["distance"]))) for hit in found]

    def _search(
        self,
        name: str,
        field: str,
        query: Any,
        limit: int,
        reports: Collection[int] | None,
        effort: Mapping[str, Any],
    ) -> list[Row]:
        among = "" if reports is None else f"report in {sorted(reports)}"
        with self._asking():
            return list(
                self._client.search(
                    name,
                    data=[query],
                    anns_field=field,
                    limit=min(limit, MOST),
                    filter=among,
                    search_params=dict(effort),
                    timeout=_PATIENCE,
                )[0]
            )

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except (MilvusException, grpc.RpcError) as error:
            code = error.code if isinstance(error, MilvusException) else None
            said = (error.message if isinstance(error, MilvusException) else str(error)).splitlines()
            if code in _MISSING:
                message = f"the Milvus server at {self.address!r} does not hold what was asked for ({said[0]})"
                raise IndexMissingError(
                    f"{message}; open the index again, or build it with RAPPORTEUR_STORE set"
                ) from error
            message = f"the Milvus server at {self.address!r} does not do its part ({(said or ['no reason given'])[0]})"
            raise StorageError(f"{message}; start it, or correct or unset RAPPORTEUR_STORE") from error


def collection_name(generation: str) -> str:
    """Name of the collection for a generation of the local index: "20201231T…-0a1b…"."""
    return f"{ALIAS}_{FORMAT}_{generation.replace('-', '_')}"


def format_of(name: str) -> int | None:
    """Format of a generation's collection; ``None`` for a name that is none."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else None
