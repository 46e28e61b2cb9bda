"""The answering core: everything between a question and a checked answer.

Packages that it uses would report home; what they understand as a "no" is said before any of them is imported.
"""

import os

for _variable, _value in {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime
    "HF_HUB_DISABLE_TELEMETRY": "1",  # transformers, sentence-transformers
    "RAY_USAGE_STATS_ENABLED": "0",
    "DO_NOT_TRACK": "1",  # whoever follows the convention
}.items():
    os.environ.setdefault(_variable, _value)
