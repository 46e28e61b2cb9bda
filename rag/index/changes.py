"""What files would change in an index: reports that are new to it, other versions of those it holds, and the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from rag.corpus import Refusal
from rag.store import LocalStore
from rag.store.report_segment import content_sha256
from rag.types import Report


@dataclass(frozen=True, slots=True)
class Changes:
    """Each report that was found stands in one of these."""

    added: tuple[Report, ...] = ()
    replaced: tuple[Report, ...] = ()
    """In place of the one of the same country and edition."""
    unchanged: tuple[Report, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @property
    def incoming(self) -> tuple[Report, ...]:
        return self.added + self.replaced

    @property
    def futile(self) -> bool:
        """Whether something was refused and nothing else was found."""
        return bool(self.refused) and not (self.incoming or self.unchanged)


def compare(found: Iterable[Report | Refusal], store: LocalStore | None, *, replace: bool = False) -> Changes:
    """What ``found`` would change in ``store``, None for an index that is not there yet.

    A file that the index holds already, byte for byte, changes nothing. Another file for a country and edition that
    it holds is refused by name unless ``replace``; with ``replace``, a report that is read otherwise than it was
    replaces itself too. A report whose text stands in the index under another name is refused.
    """
    entries = store.manifest.reports if store else ()
    held = {entry.info.id: entry for entry in entries}
    texts = {entry.text_sha256: entry.info for entry in entries}
    added, replaced, unchanged, refused = [], [], [], []
    for each in found:
        if isinstance(each, Refusal):
            refused.append(each)
            continue
        entry, same = held.get(each.info.id), texts.get(sha256(each.text.encode()).hexdigest())
        if same and same.id != each.info.id:
            reason = f"the index holds the same text as {same.id!r}; remove one of them"
            refused.append(Refusal(each.info.file, reason))
        elif entry is None:
            added.append(each)
        elif entry.content_sha256 == content_sha256(each) or (entry.info.sha256 == each.info.sha256 and not replace):
            unchanged.append(each)
        elif replace:
            replaced.append(each)
        else:
            reason = f"the index holds {each.info.id!r} already, from {entry.info.file!r}; --replace takes this one"
            refused.append(Refusal(each.info.file, reason))
    return Changes(tuple(added), tuple(replaced), tuple(unchanged), tuple(refused))
