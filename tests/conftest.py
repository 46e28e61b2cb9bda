"""What many tests share: the seed reports, indexes over them, and few threads."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from rag import assemble, corpus
from rag.corpus.passages import split
from rag.index import builder
from rag.settings import Settings
from rag.store import LocalStore
from tests.fakes import HashEncoder

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def seeds():
    """The folder of the two reports that come with the product."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def seed_reports(seeds):
    """The two reports by id."""
    return {report.info.id: report for report in corpus.read_folder(seeds)}


@pytest.fixture(scope="session")
def seed_passages(seed_reports):
    return [passage for report in seed_reports.values() for passage in split(report)]


@pytest.fixture(scope="session")
def seed_store(seed_reports, tmp_path_factory):
    """The seed reports, embedded by the hashes of their words."""
    index = tmp_path_factory.mktemp("seeds") / "index"
    builder.build(list(seed_reports.values()), index, "hash", encoders=HashEncoder)
    return LocalStore.open(index)


@pytest.fixture(scope="session")
def real_index(seed_reports, tmp_path_factory):
    """An index over the seeds by the real encoder: the one that RAPPORTEUR_INDEX names, or a new one."""
    reports, encoder = list(seed_reports.values()), Settings.model_fields["encoder"].default
    built = Path(os.environ.get("RAPPORTEUR_INDEX") or ROOT / "build" / "index")
    if builder.is_current(reports, built, encoder):
        return built
    index = tmp_path_factory.mktemp("real") / "index"
    if (built / "cache").is_dir():
        shutil.copytree(built / "cache", index / "cache")
    builder.build(reports, index, encoder)
    return index


@pytest.fixture(scope="session")
def answerer(real_index):
    """The product as its commands use it, over the seeds."""
    return assemble.answerer(Settings(index=real_index, threads=1))


@pytest.fixture(scope="module")
def browser():
    """Chromium, of which every visit gets a clean profile. It ends with its module, because it occupies the thread."""
    from tests.browser import ABSENT, CHROMIUM, chromium

    if not CHROMIUM:
        pytest.skip(ABSENT)
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def site(real_index):
    """The address of the product, served over the seeds."""
    from api.app import create_app
    from tests.browser import served

    with served(create_app(Settings(index=real_index, threads=1))) as url:
        yield url


@pytest.fixture
def visit(browser, site):
    """Opens the page, or another address, as ``tests.browser.visited`` does, and checks that nothing went wrong."""
    from tests.browser import visited

    with ExitStack() as visits:
        yield lambda url=site, **options: visits.enter_context(visited(browser, url, **options))


def pytest_terminal_summary(terminalreporter):
    """One line for all that a missing browser skipped."""
    from tests.browser import ABSENT

    if count := sum(ABSENT in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())):
        terminalreporter.write_line(f"{count} skipped: {ABSENT}", yellow=True)
