"""Everything that can go wrong, in one tree.

    RapporteurError
    ├── UsageError            the request itself cannot be served
    │   ├── QuestionError
    │   ├── UnknownReportError
    │   ├── UnknownNameError
    │   └── SettingError
    ├── CorpusError           a report or its manifest is unusable
    │   ├── ManifestError
    │   ├── UnreadableReportError
    │   └── DuplicateReportError
    ├── StoreError            the index is missing or unusable
    │   ├── IndexMissingError
    │   ├── IndexDamagedError
    │   ├── IndexFormatError
    │   ├── IndexBusyError
    │   └── StorageError
    ├── EncoderError
    ├── ReceiptError          a saved answer cannot be read, written or exported
    ├── DraftError            somebody's draft cannot be read
    ├── MissingExtraError     a format needs a package that is not installed
    ├── AbandonedError        nobody waits for the answer any more
    └── ModelError            a language model did not do its part
        ├── ModelUnreachableError
        ├── ModelTimeoutError
        ├── ModelBusyError
        ├── ModelServerError
        ├── ModelCutOffError
        ├── ModelRestingError
        ├── ModelRequestError
        ├── ModelRefusedError
        └── ModelReplyError

A message says what was given, what is allowed and what to do next, in one line. Declining is not an error.
"""


class RapporteurError(Exception):
    """Base of every error that the product raises on purpose. ``retryable``: the same call may succeed later."""

    retryable = False


class UsageError(RapporteurError):
    """The request cannot be served as given; changing it helps."""


class QuestionError(UsageError):
    """The question is empty, too long or not text."""


class UnknownReportError(UsageError):
    """A report id that the collection does not hold."""


class UnknownNameError(UsageError):
    """A variant chosen by name (model, format, encoder) that does not exist."""


class SettingError(UsageError):
    """A setting has an unusable value."""


class CorpusError(RapporteurError):
    """A report or its manifest cannot be used."""


class ManifestError(CorpusError):
    """The manifest is missing, malformed, or disagrees with the files beside it."""


class UnreadableReportError(CorpusError):
    """A report's file cannot be read as text, or holds no paragraph."""


class DuplicateReportError(CorpusError):
    """Two files claim the same country and edition, or hold the same bytes."""


class StoreError(RapporteurError):
    """The index cannot be read or written."""


class IndexMissingError(StoreError):
    """There is no index at the configured place."""


class IndexDamagedError(StoreError):
    """A file of the index is missing, cut or altered."""


class IndexFormatError(StoreError):
    """The index was written by another version, or is not an index."""


class IndexBusyError(StoreError):
    """Another process is writing this index."""

    retryable = True


class StorageError(StoreError):
    """The index's disk is full or refuses writing."""

    retryable = True


class EncoderError(RapporteurError):
    """An embedding model cannot be loaded, or its export differs from the original."""


class ReceiptError(RapporteurError):
    """A saved answer cannot be read, written or exported."""


class DraftError(RapporteurError):
    """A draft whose quotations are to be checked cannot be read."""


class MissingExtraError(RapporteurError):
    """An optional package is not installed."""


class AbandonedError(RapporteurError):
    """The asker went away before the answer was there; nothing stands in for it."""


class ModelError(RapporteurError):
    """A language model failed, or replied out of form."""


class ModelUnreachableError(ModelError):
    """No connection to the model's server could be made."""

    retryable = True


class ModelTimeoutError(ModelError):
    """The model's server was silent for too long, or its reply took too long as a whole."""

    retryable = True


class ModelBusyError(ModelError):
    """The model's server takes no more requests for now. ``wait``: seconds that it asks for, where it says so."""

    retryable = True

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class ModelServerError(ModelError):
    """The model's server failed."""

    retryable = True


class ModelCutOffError(ModelError):
    """The connection ended before the reply did."""

    retryable = True


class ModelRestingError(ModelError):
    """The model failed several times in a row and is not asked again for a while."""

    retryable = True


class ModelRequestError(ModelError):
    """The model's server refuses the request: its key, the model's name, or the length of the prompt."""


class ModelRefusedError(ModelError):
    """The model, or a filter of its server, declines to answer."""


class ModelReplyError(ModelError):
    """The reply is malformed, empty, endless, or holds no line in the agreed form."""
