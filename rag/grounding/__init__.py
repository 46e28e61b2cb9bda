"""Whether cited sentences support a statement: small rules over facts read from both, without any model.

Invariant: a statement that is its cited sentences always passes, and every verdict can be traced to one rule.
"""
