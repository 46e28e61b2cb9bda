"""What the tests of the web server share: a small collection, an answerer over it, and an application that serves it."""

from contextlib import contextmanager
from dataclasses import replace

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
from tests.fakes import HashEncoder, make_report
from tests.live_server import live
from tests.scripted_server import ScriptedServer, labelled

XSS = '<img src=x onerror="alert(1)"></script><script>alert(2)</script>'
ASKED = "How many complaints about torture did the ombudsman receive?"
TRUE = "The ombudsman received 125 complaints about torture."
SLOW = "Courts were slow in that year."
PARAGRAPHS = [
    f"{TRUE} {SLOW}",
    "Activists said that the police allegedly beat seven detainees.",
    f"A prisoner wrote {XSS} on the wall.",
]


def build_index(folder, year=2019, country="Chad"):
    build([make_report(country, year, PARAGRAPHS)], folder, "hash", encoders=HashEncoder)
    return folder


def answerer(index):
    """Answers whatever is asked, with sentences."""
    store = LocalStore.open(index)
    guard = VisibleTextGuard(DeterministicGuard())
    return Answerer(store, Retriever(store, HashEncoder()), EvidenceRanker(store), ExtractiveDrafter(), guard, 0.0)


def application(index, change=None, **settings):
    """The application over ``index``; ``change`` turns its answerer into another."""

    def make(chosen):
        plain = answerer(chosen.index)
        return change(plain) if change else plain

    return create_app(Settings(index=index, **settings), make)


@contextmanager
def with_model(index, script, *, fallback=True, timeout=30.0, **settings):
    """An application whose statements a scripted model writes, behind a real server: its address, and the model's."""
    with ScriptedServer(script) as server:
        model = OpenAIModel("openai", Server("openai:scripted", "scripted", server.url, None, timeout))

        def change(plain):
            drafter, rewriter = over(ResilientModel(model), plain.guard, fallback=fallback)
            return replace(plain, drafter=drafter, rewriter=rewriter)

        with live(application(index, change, **settings)) as address:
            yield address, server
        model.close()


def label(request, text):
    return next(label for label, sentence in labelled(request).items() if sentence == text)
