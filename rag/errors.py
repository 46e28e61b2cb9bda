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
    └── ModelError            a language model did not do its part

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


class ModelError(RapporteurError):
    """A language model failed, or replied out of form."""
