"""Any cross-encoder that sentence-transformers can load, as a reader. Takes seconds to load."""

from collections.abc import Sequence

import torch
from sentence_transformers import CrossEncoder

from rag.errors import EncoderError


class CrossEncoderReader:
    """Reads with the model named. What it says orders sentences and nothing else: each model has its own scale."""

    def __init__(self, name: str) -> None:
        """``name``: a folder, or what sentence-transformers can download. Raises ``EncoderError``."""
        try:
            self._model = CrossEncoder(name, num_labels=1, activation_fn=torch.nn.Identity())
        except (OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
            cause = (str(error).splitlines() or [type(error).__name__])[0]
            raise EncoderError(
                f"reader {name!r} cannot be loaded ({cause}); give 'packaged', 'none', or a cross-encoder's folder, "
                "or its name where it can be downloaded"
            ) from error

    def read(self, question: str, sentences: Sequence[str]) -> tuple[float, ...]:
        """A score for each sentence, whatever the others are."""
        if not sentences:
            return ()
        pairs = [(question, sentence) for sentence in sentences]
        return tuple(map(float, self._model.predict(pairs, show_progress_bar=False)))
