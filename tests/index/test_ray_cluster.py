"""A Ray cluster gives the vectors that one machine gives, loses nodes without losing work, and says what is wrong."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from rag.index.encoder import BATCH, OnnxEncoder
from rag.store import LocalStore

ROOT = Path(__file__).parents[2]
TEXTS = [f"In {year} observers visited {'courts and ' * (year % 13)}prison number {year % 97}." for year in range(600)]


@contextmanager
def two_nodes():
    """Two nodes as a process, their address, and the environment that keeps Ray to this machine and this folder."""
    # Sockets need a short path.
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    (folder / "ray").mkdir()
    environment = os.environ | {
        "RAY_TMPDIR": str(folder),
        "RAY_USAGE_STATS_ENABLED": "0",
        # Ray's own name for "stay on the loopback address".
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "OMP_NUM_THREADS": "1",
    }
    nodes = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "ray_nodes.py")],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield nodes, nodes.stdout.readline().strip(), environment
    finally:
        nodes.communicate(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster():
    with two_nodes() as found:
        yield found


def run(code, cluster, *arguments):
    """What a program prints that runs as a machine of the cluster: JSON."""
    _, address, environment = cluster
    done = subprocess.run(
        [sys.executable, "-c", code, address, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


EMBEDDING = """
import json, sys
from pathlib import Path
import numpy as np
import ray
from rag.index import ray_cluster
from rag.index.encoder import OnnxEncoder
from tests.index.test_ray_cluster import TEXTS

address, folder, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
seen, busy = [], set()

def progress(done, total):
    seen.append((done, total))
    free = ray._private.state.available_resources_per_node()
    busy.update(node for node, resources in free.items() if not resources.get("CPU"))

with ray_cluster.connected(address) as nodes:
    encoder = nodes.spread(OnnxEncoder(folder, "m")).export(target)
    np.save(target / "vectors.npy", encoder.encode([*TEXTS, *TEXTS[::-1]], progress))
    empty = encoder.encode([]).shape
    print(json.dumps({"seen": seen, "busy": len(busy), "empty": empty, "name": encoder.name}))
"""


@pytest.mark.slow
def test_vectors_are_those_of_one_machine(cluster, real_index, tmp_path):
    """To the last bit, in the order of the texts, each text embedded once, on both nodes."""
    folder = LocalStore.open(real_index).folder
    told = run(EMBEDDING, cluster, folder, tmp_path)
    own = OnnxEncoder(folder, "m").encode(TEXTS)
    np.testing.assert_array_equal(np.load(tmp_path / "vectors.npy"), np.concatenate([own, own[::-1]]))
    distinct = len(set(TEXTS))
    assert told["seen"] == sorted(told["seen"])
    assert told["seen"][-1] == [distinct, distinct]
    assert told["busy"] == 2
    assert told["empty"] == [0, own.shape[1]]
    assert told["name"] == "m"


@pytest.mark.slow
def test_the_command_adds_a_report_through_the_cluster(cluster, real_index, tmp_path):
    """The index is the one that this machine would have made."""
    report = tmp_path / "new" / "chad-2021.txt"
    report.parent.mkdir()
    report.write_text("Section 1.c. Torture\nPrisons in Chad were overcrowded.\n", encoding="utf-8")
    (report.parent / "manifest.toml").write_text(
        '[[report]]\nfile = "chad-2021.txt"\ncountry = "Chad"\nyear = 2021\ntitle = "Chad 2021"\n'
        'publisher = "Somebody"\nlicence = "Public domain"\n',
        encoding="utf-8",
    )
    _, address, environment = cluster
    stores = []
    for name, options in (("alone", []), ("together", ["--ray", address])):
        index = tmp_path / name
        shutil.copytree(real_index, index)
        done = subprocess.run(
            [sys.executable, "-c", "from rag.cli import main; main()", "index", "add", str(report.parent), *options],
            cwd=ROOT,
            env=environment | {"RAPPORTEUR_INDEX": str(index)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        stores.append(LocalStore.open(index))
    alone, together = stores
    assert "chad-2021" in {report.id for report in together.reports}
    assert together.passages(range(len(together))) == alone.passages(range(len(alone)))
    np.testing.assert_array_equal(together.passage_vectors("chad-2021"), alone.passage_vectors("chad-2021"))
    np.testing.assert_array_equal(together.sentence_vectors, alone.sentence_vectors)


FAILING = """
import json, sys
from pathlib import Path
from rag.index import ray_cluster
from rag.errors import EncoderError

with ray_cluster.connected(sys.argv[1]) as nodes:
    encoder = ray_cluster.ClusterEncoder(nodes, Path(sys.argv[2]), "m")
    broken = ray_cluster.ray.put({"encoder.onnx": b"no model", "tokenizer.json": b"{}"})
    encoder._shipment = ray_cluster._Shipment("m", "another digest", broken)
    try:
        encoder.encode(["x"])
    except EncoderError as error:
        print(json.dumps(str(error)))
"""


@pytest.mark.slow
def test_a_node_that_cannot_embed_is_an_error_in_one_line(cluster, real_index):
    message = run(FAILING, cluster, LocalStore.open(real_index).folder)
    assert "every node needs this version of Rapporteur" in message
    assert "\n" not in message


LOSING = """
import sys, time
from pathlib import Path
import numpy as np
import ray
from rag.index import ray_cluster
from rag.index.encoder import OnnxEncoder
from tests.index.test_ray_cluster import TEXTS

folder, target = Path(sys.argv[2]), Path(sys.argv[3])
# Everything is under way when the node goes, in tasks of a single batch.
ray_cluster._TASK, ray_cluster._AHEAD = ray_cluster.BATCH, 1000
with ray_cluster.connected(sys.argv[1]) as nodes:
    encoder = ray_cluster.ClusterEncoder(nodes, folder, "m")
    asked = []

    def progress(done, total):
        free = ray._private.state.available_resources_per_node().values()
        if not asked and len(free) == 2 and not any(resources.get("CPU") for resources in free):
            asked.append(done)
            print("lose", flush=True)
            sys.stdin.readline()

    np.save(target / "vectors.npy", encoder.encode(TEXTS, progress))
    assert asked, "both nodes were at work"
    while nodes.processors() > 1:
        time.sleep(0.1)
"""


@pytest.mark.slow
def test_a_node_lost_at_work_costs_no_text(real_index, tmp_path):
    """Its share is done again elsewhere, and the vectors are the same."""
    folder = LocalStore.open(real_index).folder
    with two_nodes() as (nodes, address, environment):
        driver = subprocess.Popen(
            [sys.executable, "-c", LOSING, address, str(folder), str(tmp_path)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert driver.stdout.readline() == "lose\n"
        print("lose", file=nodes.stdin, flush=True)
        assert nodes.stdout.readline().startswith("lost")
        _, faults = driver.communicate("lost\n", timeout=200)
        assert driver.returncode == 0, faults
    np.testing.assert_array_equal(np.load(tmp_path / "vectors.npy"), OnnxEncoder(folder, "m").encode(TEXTS))


REFUSED = """
import json, sys
from rag.index import ray_cluster
from rag.errors import EncoderError

told = []
for address in sys.argv[1:]:
    try:
        with ray_cluster.connected(address):
            told.append(None)
    except EncoderError as error:
        told.append(str(error))
print(json.dumps(told))
"""


def test_a_cluster_that_is_not_there_is_an_error_in_one_line():
    """Told at once, with the address and with the kinds of address that there are."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    addresses = [f"127.0.0.1:{port}", f"ray://127.0.0.1:{port}", "127.0.0.1:port", "nonsense"]
    environment = os.environ | {"RAY_USAGE_STATS_ENABLED": "0"}
    done = subprocess.run(
        [sys.executable, "-c", REFUSED, *addresses],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    for address, message in zip(addresses, json.loads(done.stdout), strict=True):
        assert repr(address) in message
        assert "HOST:6379" in message
        assert "ray://HOST:10001" in message
        assert "\n" not in message


def test_texts_go_in_the_order_of_one_machine(real_index):
    """A task holds whole batches of the order in which one machine takes them: so the vectors are the same."""
    encoder = OnnxEncoder(LocalStore.open(real_index).folder, "m")
    ordered = encoder.ordered([*TEXTS, *TEXTS])
    assert sorted(ordered) == sorted(set(TEXTS))
    for start in range(0, len(ordered), BATCH):
        part = ordered[start : start + BATCH]
        assert encoder.ordered(part) == part
