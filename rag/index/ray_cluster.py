"""Embeds texts on a Ray cluster: each processor of each node runs the encoder that was exported here.

The encoder's files reach the nodes through Ray's object store; a node needs Rapporteur of this version and nothing
else. Texts are cut into the very batches that one machine would make of them, so the vectors are the same.
"""

import logging
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import ray
from ray.exceptions import RayError

from rag.errors import EncoderError
from rag.index.builder import BuildEncoder
from rag.index.encoder import BATCH, EXPORTED, OnnxEncoder
from rag.interfaces import Encoder, Progress, Vectors

_TASK = 4 * BATCH
"""Texts of one task: about a second's work, beside which a task's own cost is little."""
_AHEAD = 3
"""Tasks under way for each processor, so that none waits for the next."""
_PATIENCE = 5.0
"""Seconds for the cluster's address to answer."""


@contextmanager
def connected(address: str) -> Iterator["Cluster"]:
    """A Ray cluster, until the end of the block.

    ``address``: "HOST:6379" or "auto" on one of its machines, "ray://HOST:10001" from elsewhere. Raises
    ``EncoderError`` where it cannot be reached.
    """
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL)
    except (RayError, OSError, RuntimeError, ValueError) as error:
        cause = (str(error).splitlines() or [type(error).__name__])[0]
        message = f"no Ray cluster can be reached at {address!r} ({cause})"
        raise EncoderError(
            f"{message}; give HOST:6379 on one of its machines, ray://HOST:10001 from elsewhere, as `ray start` prints"
        ) from error
    try:
        yield Cluster(address)
    finally:
        ray.shutdown()


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that is connected."""

    address: str

    def spread(self, local: BuildEncoder) -> BuildEncoder:
        """``local``, whose exported copy embeds on the cluster."""
        return _Spread(local, self)

    def processors(self) -> int:
        """Of all nodes that are there now; ``EncoderError`` where there is none."""
        with self.asking():
            found = int(ray.cluster_resources().get("CPU", 0))  # type: ignore[no-untyped-call]
        if not found:
            raise EncoderError(f"the Ray cluster at {self.address!r} offers no processor; start a node that does")
        return found

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Translates what Ray says."""
        try:
            yield
        except RayError as error:
            cause = (str(error).strip().splitlines() or [type(error).__name__])[-1]
            message = f"the Ray cluster at {self.address!r} does not do its part ({cause})"
            raise EncoderError(
                f"{message}; every node needs this version of Rapporteur with its extra ray; what was embedded is kept"
            ) from error


class ClusterEncoder:
    """An exported encoder on all processors of a cluster.

    A node that is lost costs its share of the work once more, and nodes that join are used.
    """

    def __init__(self, cluster: Cluster, folder: Path, name: str) -> None:
        """``folder``: where the encoder was exported to. Raises ``EncoderError``."""
        self._exported = OnnxEncoder(folder, name)
        self._cluster = cluster
        files = {file: (folder / file).read_bytes() for file in EXPORTED}
        with cluster.asking():
            self._shipment = _Shipment(name, sha256(b"".join(files.values())).hexdigest(), ray.put(files))

    @property
    def name(self) -> str:
        return self._exported.name

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Shape (texts, dimension), rows of unit length. ``progress`` counts distinct texts."""
        distinct = self._exported.ordered(texts)
        if not distinct:
            return self._exported.encode([])
        found: dict[int, Vectors] = {}
        done = 0
        for start, vectors in self._embedded(distinct):
            found[start] = vectors
            done += len(vectors)
            if progress:
                progress(done, len(distinct))
        rows = {text: row for row, text in enumerate(distinct)}
        together = np.concatenate([found[start] for start in sorted(found)])
        return np.asarray(together[[rows[text] for text in texts]], dtype=np.float32)

    def _embedded(self, distinct: list[str]) -> Iterator[tuple[int, Vectors]]:
        """Where a run of texts begins, and their vectors, as they are done."""
        waiting = list(range(0, len(distinct), _TASK))[::-1]
        most = _AHEAD * self._cluster.processors()
        under_way: dict[Any, int] = {}
        with self._cluster.asking():
            while waiting or under_way:
                while waiting and len(under_way) < most:
                    start = waiting.pop()
                    under_way[_embed.remote(self._shipment, distinct[start : start + _TASK])] = start
                [done], _ = ray.wait(list(under_way), num_returns=1)
                yield under_way.pop(done), ray.get(done)


@dataclass(frozen=True, slots=True)
class _Spread:
    """An encoder of this machine whose exported copy is on the cluster."""

    local: BuildEncoder
    cluster: Cluster

    @property
    def name(self) -> str:
        return self.local.name

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self.local.encode(texts, progress)

    def export(self, folder: Path) -> Encoder:
        self.local.export(folder)
        return ClusterEncoder(self.cluster, folder, self.name)


@dataclass(frozen=True, slots=True)
class _Shipment:
    """An exported encoder on its way to the nodes; shipments of the same files are equal."""

    name: str
    digest: str
    files: Any = field(compare=False)
    """Reference to the files' bytes by name. Within a shipment Ray leaves it a reference, for who needs the files."""


@ray.remote(num_cpus=1, max_retries=-1)
def _embed(shipment: _Shipment, texts: list[str]) -> Vectors:
    """Runs on a node, which Ray replaces by another where it is lost."""
    return _unpacked(shipment).encode(texts)


@lru_cache(maxsize=1)
def _unpacked(shipment: _Shipment) -> OnnxEncoder:
    """Once in each process of a node."""
    with tempfile.TemporaryDirectory(prefix="rapporteur-") as folder:
        for file, content in ray.get(shipment.files).items():
            (Path(folder) / file).write_bytes(content)
        return OnnxEncoder(Path(folder), shipment.name)


def _knock(address: str) -> None:
    """Raises ``OSError`` where nothing listens: Ray itself would try for a minute."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    if parts.port:
        socket.create_connection((parts.hostname or "", parts.port), _PATIENCE).close()
