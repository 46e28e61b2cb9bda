"""``python -m api`` is ``rapporteur serve``."""

import sys

from rag.cli import main

sys.argv.insert(1, "serve")
main()
