"""Towns whose names are a slip away from a country's: Monrovia is not Mongolia.

``towns.txt`` is made by ``python -m eval.training.towns`` from the towns of GeoNames (CC BY 4.0).
"""

from functools import cache
from importlib import resources


@cache
def words() -> frozenset[str]:
    """Words of such names, folded as ``rag.countries.folded_word`` folds them."""
    listed = resources.files("rag.question").joinpath("towns.txt").read_text(encoding="utf-8")
    return frozenset(line for line in listed.splitlines() if not line.startswith("#"))
