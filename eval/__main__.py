"""``python -m eval``: the commands of ``rapporteur eval`` without the installed entry point."""

import sys

from eval.cli import app
from rag.errors import RapporteurError, UsageError

if __name__ == "__main__":
    try:
        app(prog_name="python -m eval")
    except RapporteurError as error:
        sys.stderr.write(f"eval: {error}\n")
        sys.exit(2 if isinstance(error, UsageError) else 1)
