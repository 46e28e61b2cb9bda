"""A Ray cluster of two nodes on the loopback of this machine, one processor each; run as a program.

It prints its address, and takes a node away for the line "lose" on its standard input. It ends with its input.
"""

import sys

from ray.cluster_utils import Cluster

SMALL = {"num_cpus": 1, "object_store_memory": 150 * 2**20, "node_ip_address": "127.0.0.1", "include_dashboard": False}


def main() -> None:
    cluster = Cluster(initialize_head=True, head_node_args=SMALL)
    other = cluster.add_node(**{key: SMALL[key] for key in ("num_cpus", "object_store_memory", "node_ip_address")})
    sys.stdout.write(f"{cluster.address}\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        cluster.remove_node(other, allow_graceful=False)
        sys.stdout.write("lost\n")
        sys.stdout.flush()
    cluster.shutdown()


if __name__ == "__main__":
    main()
