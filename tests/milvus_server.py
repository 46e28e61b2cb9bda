"""Milvus Lite's server on the loopback, in this process: the same client and wire as a real one's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from pymilvus.client import grpc_handler

IMPATIENT = SimpleNamespace(time=time.time, sleep=lambda seconds: time.sleep(seconds / 50))
"""The client looks every half second whether an index is built; here it is at once."""


@contextmanager
def milvus_server(folder: Path) -> Iterator[str]:
    """The address of a server that keeps its data in ``folder``, as ``RAPPORTEUR_STORE`` takes it."""
    # It brings pyarrow, and most tests need neither.
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    server, database, port = start_server_in_thread(str(folder), host="127.0.0.1", port=0)
    try:
        with patch.object(grpc_handler, "time", IMPATIENT):
            yield f"milvus+http://127.0.0.1:{port}"
    finally:
        server.stop(grace=2).wait()
        database.close()
