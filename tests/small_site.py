"""The product served over a few invented reports, with a scripted language model: what each test lets it say."""

from contextlib import contextmanager
from dataclasses import dataclass, replace

from api.app import create_app
from rag.answer import Answerer
from rag.grounding.guard import DeterministicGuard
from rag.grounding.hidden_text import VisibleTextGuard
from rag.index.builder import build
from rag.models.breaker import ResilientModel
from rag.models.extractive import ExtractiveDrafter
from rag.models.openai import OpenAIModel
from rag.models.requests import Server
from rag.models.service import over
from rag.retrieval.ranker import EvidenceRanker
from rag.retrieval.retriever import Retriever
from rag.settings import Settings
from rag.store import LocalStore
from tests.browser import served
from tests.fakes import HashEncoder, make_report
from tests.scripted_server import ScriptedServer, labelled, lines

ASKED = "How many complaints about torture did the ombudsman receive?"
EARLY = "The ombudsman received 125 complaints about torture."
LATE = "The ombudsman received 84 complaints about torture."
MARKUP = "<img src=x onerror='window.hacked = 1'><script>window.hacked = 2</script>"
HOSTILE = f"The ombudsman 😀 received {MARKUP} complaints about torture in 𝔐oundou."
UNSEEN = "The court \u202edettiuqca\u202c him."
REPORTS = [
    make_report("Chad", 2019, [f"{EARLY} Courts were slow in that year.", "The government denied it."]),
    make_report("Chad", 2021, [f"𝔗he year was long. {LATE}", "Activists said that police allegedly beat detainees."]),
    make_report("Kenya", 2020, [f"😀😀 It rained. {HOSTILE} It was dry.", UNSEEN, "Judges took bribes."]),
]


@dataclass(frozen=True)
class SmallSite:
    url: str
    model: ScriptedServer
    """Its ``script`` may be replaced at any time."""


def says(*templates):
    """A reply of these lines; "{Sentence.}" stands for the label of the sentence."""

    def script(request):
        labels = {sentence: f"[{label}]" for label, sentence in labelled(request).items()}
        for template in templates:
            text, _, cited = template.partition("{")
            yield f"{text}{labels[cited.rstrip('}')]}\n" if cited else f"{template}\n"

    return script


@contextmanager
def small_site(folder, *, writes=True, fallback=True, **settings):
    """``writes``: whether the scripted model answers, or the reports' own sentences do."""
    index = folder / "index"
    build(
        [replace(r, info=replace(r.info, title=f"{r.info.title} {MARKUP}", url="javascript:hack()")) for r in REPORTS],
        index,
        "hash",
        encoders=HashEncoder,
    )
    with ScriptedServer(lines("NOT IN THE REPORTS")) as server:
        model = ResilientModel(OpenAIModel("openai", Server("openai:scripted", "scripted", server.url, None, 20), None))

        def make(chosen):
            store = LocalStore.open(chosen.index)
            guard = VisibleTextGuard(DeterministicGuard())
            drafter = over(model, guard, fallback=fallback)[0] if writes else ExtractiveDrafter()
            return Answerer(store, Retriever(store, HashEncoder()), EvidenceRanker(store), drafter, guard, threshold=0)

        chosen = Settings(index=index).model_copy(update=settings)
        with served(create_app(chosen, make)) as url:
            yield SmallSite(url, server)
        model.close()
