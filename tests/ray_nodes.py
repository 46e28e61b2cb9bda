"""A Ray cluster of two nodes on the loopback of this machine, one processor each; run as a program.

It prints its address, and takes a node away for a line on its standard input, with everything that runs there, as a
machine that fails does. It ends with its input.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from ray.cluster_utils import Cluster

SMALL = {"num_cpus": 1, "object_store_memory": 150 * 2**20, "node_ip_address": "127.0.0.1"}


def tell(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    cluster = Cluster(initialize_head=True, head_node_args=SMALL | {"include_dashboard": False})
    other = cluster.add_node(**SMALL)
    tell(cluster.address)
    for _ in sys.stdin:
        raylet = other.all_processes["raylet"][0].process.pid
        threads = Path(f"/proc/{raylet}/task").glob("*/children")
        workers = [int(child) for thread in threads for child in thread.read_text().split()]
        for process in (raylet, *workers):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        cluster.remove_node(other, allow_graceful=False)
        tell(f"lost {len(workers)}")
    cluster.shutdown()


if __name__ == "__main__":
    main()
