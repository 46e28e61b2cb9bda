"""A build that is killed, doubled, starved of disk or broken off leaves the live index as it was."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from rag.corpus.passages import split
from rag.errors import CorpusError, EncoderError, IndexBusyError, StorageError, StoreError
from rag.index.builder import build, corpus_sha256, extend, is_current
from rag.store import LocalStore
from rag.store.generation import NAME
from tests.fakes import HashEncoder, make_report

ROOT = Path(__file__).parents[2]
OLD = [make_report("Chad", 2021, ["Prisons were overcrowded. Courts were slow.", "Police beat detainees."])]
NEW = [*OLD, make_report("Kazakhstan", 2020, ["Police beat protesters. The ombudsman received 125 complaints."])]


def answers(index):
    """Opens the live index, re-hashes it, asks it, and returns the ids of its reports."""
    store = LocalStore.open(index)
    store.verify()
    vector = HashEncoder().encode(["Prisons were overcrowded."])[0]
    [(number, _)] = store.similar(vector, 1)
    assert store.passages([number])[0].text.startswith("Prisons")
    assert store.matching(["polic"], 5)
    return [report.id for report in store.reports]


def generations(index):
    return {path.name for path in index.iterdir() if NAME.fullmatch(path.name)}


def assert_tidy(index):
    """Nothing but what belongs there: the pointer, the lock, the cache, the live generation and the one before."""
    assert {path.name for path in index.iterdir()} - generations(index) == {"CURRENT", ".lock", "cache"}
    assert len(generations(index)) <= 2
    assert all(path.suffix == ".npy" for path in (index / "cache").glob("*/*"))


class BrokenEncoder(HashEncoder):
    """Fails at the given call, or gives vectors of the given factor."""

    def __init__(self, name, error=None, factor=1.0, at="encode"):
        super().__init__(name)
        self.error, self.factor, self.at = error, factor, at

    def encode(self, texts, progress=None):
        if self.error and self.at == "encode" and len(texts) > 1:
            raise self.error
        return super().encode(texts, progress) * np.float32(self.factor)

    def export(self, folder):
        if self.error and self.at == "export":
            raise self.error
        return super().export(folder)


# Killed


KILLED_EVERYWHERE = """
import json, os, shutil, signal, sys
from pathlib import Path
from tests.index import test_build_safety as safety
from tests.fakes import HashEncoder
from rag.index.builder import build, extend

base, work = Path(sys.argv[1]), Path(sys.argv[2])
EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.link"}

def kill_at(number):
    seen = 0
    def hook(event, args):
        nonlocal seen
        if event in EVENTS and (event != "open" or str(work) in str(args[0])):
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

def in_child(act):
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]

def killed_build(number):
    kill_at(number)
    if sys.argv[3] == "build":
        build(safety.NEW, work, "hash", encoders=HashEncoder)
    else:
        extend(work, safety.NEW[1:], reopen=safety.reopen)

def aftermath():
    reports = safety.answers(work)
    (work.parent / "state").write_text("new" if len(reports) == 2 else "old")
    build(safety.NEW, work, "hash", encoders=HashEncoder)
    assert len(safety.answers(work)) == 2
    safety.assert_tidy(work)

states, number = [], 0
while True:
    number += 1
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(base, work)
    status = in_child(lambda: killed_build(number))
    if os.waitstatus_to_exitcode(status) == 0:
        break
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, status
    assert in_child(aftermath) == 0, f"after a kill at {number}"
    states.append((work.parent / "state").read_text())
print(json.dumps(states))
"""


@pytest.mark.slow
@pytest.mark.parametrize("act", ["build", "extend"])
def test_a_kill_at_any_step_leaves_an_answering_index(act):
    """SIGKILL at each file that the build opens, makes, links, renames or removes: the old index or the new one
    answers, switching once, and the next build succeeds and tidies up.
    """
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a kill loses nothing that was written
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        base, work = Path(folder) / "base", Path(folder) / "work"
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TMPDIR": folder}
        for _ in range(3):
            build(OLD, base, "hash", encoders=HashEncoder)
        command = [sys.executable, "-c", KILLED_EVERYWHERE, str(base), str(work), act]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    states = json.loads(done.stdout)
    assert len(states) > 50
    assert states == sorted(states, reverse=True)
    assert states[0] == "old"
    assert states[-1] == "new"


SLOW_BUILD = """
import sys, time
from pathlib import Path
from tests.index import test_build_safety as safety
from tests.fakes import HashEncoder
from rag.index.builder import build

class SlowEncoder(HashEncoder):
    def encode(self, texts, progress=None):
        if len(texts) > 1:
            Path(sys.argv[2]).touch()
            while not Path(sys.argv[3]).exists():
                time.sleep(0.01)
        return super().encode(texts, progress)

build(safety.NEW, Path(sys.argv[1]), "hash", encoders=SlowEncoder)
"""


@pytest.fixture
def slow_build(tmp_path):
    """Another process that builds NEW into ``tmp_path / "index"`` and waits, embedding, for the file "go"."""
    build(OLD, tmp_path / "index", "hash", encoders=HashEncoder)
    paths = [str(tmp_path / name) for name in ("index", "embedding", "go")]
    with subprocess.Popen([sys.executable, "-c", SLOW_BUILD, *paths], cwd=ROOT) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "embedding").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert process.poll() is None
        yield process
        process.kill()


@pytest.mark.slow
def test_a_kill_while_embedding_frees_the_index(slow_build, tmp_path):
    """The lock goes with the process: the next build need not wait, nor be told."""
    slow_build.send_signal(signal.SIGKILL)
    assert slow_build.wait() == -signal.SIGKILL
    assert answers(tmp_path / "index") == ["chad-2021"]
    build(NEW, tmp_path / "index", "hash", encoders=HashEncoder)
    assert answers(tmp_path / "index") == ["chad-2021", "kazakhstan-2020"]
    assert_tidy(tmp_path / "index")


# Two at once


@pytest.mark.slow
def test_of_two_builds_the_second_is_told_to_wait(slow_build, tmp_path):
    """The second learns it before it loads its encoder; readers go on; the first loses nothing."""
    index = tmp_path / "index"

    def never(name):
        raise AssertionError("the encoder must not be loaded")

    with pytest.raises(IndexBusyError, match="wait") as caught:
        build(OLD, index, "hash", encoders=never)
    assert caught.value.retryable
    assert answers(index) == ["chad-2021"]
    (tmp_path / "go").touch()
    assert slow_build.wait() == 0
    assert answers(index) == ["chad-2021", "kazakhstan-2020"]
    assert_tidy(index)


# Disk full


@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small disk that this fills")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk to fill: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def refusal(index):
    try:
        build(NEW, index, "hash", encoders=HashEncoder)
    except StorageError as error:
        return error
    return None


def test_a_full_disk_changes_nothing(small_disk, tmp_path):
    """With every amount of free space that is too little: StorageError, the old index answers, nothing is left over;
    with enough, the same build succeeds.
    """
    index, ballast = small_disk / "index", small_disk / "ballast"
    build(OLD, index, "hash", encoders=HashEncoder)
    before = {path for path in index.rglob("*") if "cache" not in path.parts}
    refused = 0
    for free in range(0, 1 << 20, 4096):
        used = shutil.disk_usage(small_disk)
        ballast.write_bytes(b"\0" * (used.free + (ballast.stat().st_size if ballast.exists() else 0) - free))
        shutil.rmtree(index / "cache", ignore_errors=True)
        error = refusal(index)
        if error is None:
            break
        refused += 1
        assert error.retryable
        assert "space" in str(error)
        assert answers(index) == ["chad-2021"]
        assert {path for path in index.rglob("*") if "cache" not in path.parts} == before
        assert all(path.suffix == ".npy" for path in (index / "cache").glob("*/*"))
    assert refused >= 10
    assert answers(index) == ["chad-2021", "kazakhstan-2020"]


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("/proc/version")], ids=["file", "device"])
def test_a_place_that_is_no_folder_is_refused(tmp_path, make):
    make(tmp_path / "index")
    with pytest.raises(StorageError, match="cannot be written"):
        build(OLD, tmp_path / "index", "hash", encoders=HashEncoder)


# Broken off


@pytest.mark.parametrize(
    ("encoder", "expected"),
    [
        (lambda name: BrokenEncoder(name, EncoderError("no")), EncoderError),
        (lambda name: BrokenEncoder(name, KeyboardInterrupt()), KeyboardInterrupt),
        (lambda name: BrokenEncoder(name, EncoderError("no"), at="export"), EncoderError),
        (lambda name: BrokenEncoder(name, OSError(28, "No space left on device"), at="export"), StorageError),
        (lambda name: BrokenEncoder(name, BrokenPipeError(32, "Broken pipe")), BrokenPipeError),
        (lambda name: BrokenEncoder(name, factor=float("nan")), EncoderError),
    ],
    ids=["embedding", "interrupted", "exporting", "disk full while exporting", "not the disk's", "not finite"],
)
def test_a_build_that_breaks_off_changes_nothing(tmp_path, encoder, expected):
    index = tmp_path / "index"
    build(OLD, index, "hash", encoders=HashEncoder)
    with pytest.raises(expected):
        build(NEW, index, "hash", encoders=encoder)
    assert answers(index) == ["chad-2021"]
    assert_tidy(index)


def test_reports_without_passages_are_refused(tmp_path):
    for reports in ([], [make_report("Chad", 2021, [])]):
        with pytest.raises(CorpusError, match="no passage"):
            build(reports, tmp_path / "index", "hash", encoders=HashEncoder)
    assert not (tmp_path / "index").exists()


# Readers and generations


def test_a_reader_outlives_its_files(tmp_path):
    """A store opened before two later builds, which remove its generation, still answers everything."""
    index = tmp_path / "index"
    build(OLD, index, "hash", encoders=HashEncoder)
    store = LocalStore.open(index)
    for reports in (NEW, OLD, NEW):
        build(reports, index, "hash", encoders=HashEncoder)
    assert not store.folder.exists()
    vector = HashEncoder().encode(["Police"])[0]
    assert store.passages(range(len(store))) == split(OLD[0])
    assert store.text("chad-2021") == OLD[0].text
    assert len(store.similar(vector, 9)) == len(store)
    assert store.matching(["polic"], 5, ["chad-2021"])
    assert store.frequency("court") == 1
    assert "police" in store.vocabulary
    assert store.similarities(vector, 0)[1]


def test_the_live_generation_and_the_one_before_are_kept(tmp_path):
    index = tmp_path / "index"
    names = [build(OLD, index, "hash", encoders=HashEncoder).generation for _ in range(4)]
    assert generations(index) == set(names[-2:])
    assert LocalStore.open(index).info.generation == names[-1]


def test_other_things_in_the_folder_are_left_alone(tmp_path):
    """Someone may have pointed the index at a folder of theirs."""
    index = tmp_path / "index"
    (index / "photos").mkdir(parents=True)
    (index / "photos" / "one.jpg").touch()
    (index / "20260101T000000").mkdir()
    for _ in range(3):
        build(OLD, index, "hash", encoders=HashEncoder)
    assert (index / "photos" / "one.jpg").exists()
    assert (index / "20260101T000000").exists()


def test_a_damaged_index_is_rebuilt(tmp_path):
    """Whatever is damaged, the pointer included, building is the remedy that the message promises."""
    index = tmp_path / "index"
    for name in ("CURRENT", "manifest.json", "dense.faiss"):
        build(OLD, index, "hash", encoders=HashEncoder)
        path = index / name if name == "CURRENT" else LocalStore.open(index).folder / name
        path.write_bytes(b"")
        with pytest.raises(StoreError):
            LocalStore.open(index)
        build(OLD, index, "hash", encoders=HashEncoder)
        assert answers(index) == ["chad-2021"]
        assert_tidy(index)


def test_everyone_may_read_what_one_user_built(tmp_path):
    """Files get the permissions that the user's umask asks for, also those of libraries that are stricter."""
    build(OLD, tmp_path / "index", "hash", encoders=HashEncoder)
    files = [path for path in LocalStore.open(tmp_path / "index").folder.rglob("*") if path.is_file()]
    umask = os.umask(0)
    os.umask(umask)
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {oct(0o666 & ~umask)}


# What need not be done again


def test_only_new_texts_are_embedded(tmp_path):
    """Adding a report embeds that report; building the same again embeds nothing; each distinct text goes once."""
    index, encoders = tmp_path / "index", []

    def factory(name):
        encoders.append(HashEncoder(name))
        return encoders[-1]

    for reports in (OLD, NEW, NEW):
        build(reports, index, "hash", encoders=factory)
    first, second, third = (encoder.encoded[1:] for encoder in encoders)
    assert "Courts were slow." in first
    assert len(first) == len(set(first))
    assert not set(first) & set(second)
    assert "Police beat protesters." in second
    assert third == []


def test_cached_and_fresh_vectors_give_the_same_index(tmp_path):
    for place in ("cached", "cached", "fresh"):
        build(NEW, tmp_path / place, "hash", encoders=HashEncoder)
    cached, fresh = (LocalStore.open(tmp_path / place).manifest for place in ("cached", "fresh"))
    for name in ("dense.faiss", "sentence_vectors.npy", "passages.npy", "vocabulary.txt"):
        assert cached.files[name] == fresh.files[name]


@pytest.mark.parametrize(
    "tear", [lambda path: os.truncate(path, path.stat().st_size // 2), lambda path: path.write_bytes(b"x")]
)
def test_torn_parts_of_the_cache_are_embedded_again(tmp_path, tear):
    index = tmp_path / "index"
    build(OLD, index, "hash", encoders=HashEncoder)
    for path in (index / "cache").glob("*/*"):
        tear(path)
    (next((index / "cache").iterdir()) / "part-1").write_bytes(b"from a killed build")
    (index / "CURRENT").unlink()
    build(OLD, index, "hash", encoders=HashEncoder)
    assert answers(index) == ["chad-2021"]
    assert_tidy(index)


@pytest.mark.parametrize("other", [{"seed": "another"}, {"dimension": 48}], ids=["weights", "dimension"])
def test_another_model_of_the_same_name_shares_no_vectors(tmp_path, other):
    """A folder's model may be replaced: vectors of two models must never meet in one index."""
    index = tmp_path / "index"
    build(OLD, index, "hash", encoders=HashEncoder)
    build(OLD, index, "hash", encoders=lambda name: HashEncoder(name, **other))
    store, encoder = LocalStore.open(index), HashEncoder(**other)
    sentence = store.passages([1])[0].text
    _, [similarity] = store.similarities(encoder.encode([sentence])[0], 1)
    assert similarity == pytest.approx(1, abs=2e-3)


def test_an_index_is_current_until_something_changes(tmp_path):
    """Reports, what is known of them, encoder, and the files themselves; the order of reports does not matter."""
    index = tmp_path / "index"
    assert not is_current(NEW, index, "hash")
    build(NEW, index, "hash", encoders=HashEncoder)
    assert is_current(NEW, index, "hash")
    assert is_current(NEW[::-1], index, "hash")
    assert not is_current(OLD, index, "hash")
    assert not is_current(NEW, index, "another")
    changed = make_report("Chad", 2021, ["Prisons were overcrowded. Courts were swift.", "Police beat detainees."])
    assert not is_current([changed, NEW[1]], index, "hash")
    os.truncate(LocalStore.open(index).folder / "dense.faiss", 10)
    assert not is_current(NEW, index, "hash")


def test_the_corpus_hash_needs_the_source_files_alone(tmp_path):
    """One line "<id> <sha256>" a report, sorted: anyone can compute it again."""
    assert corpus_sha256(NEW) == corpus_sha256(NEW[::-1]) != corpus_sha256(OLD)
    assert build(NEW, tmp_path / "index", "hash", encoders=HashEncoder).corpus_sha256 == corpus_sha256(NEW)


def test_progress_counts_new_texts(tmp_path):
    seen = []
    build(NEW, tmp_path / "index", "hash", lambda done, total: seen.append((done, total)), HashEncoder)
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 0
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_reading_building_and_checking_need_no_torch(tmp_path):
    """Importing what a question or an up-to-date check needs loads no model library."""
    code = (
        "import sys, rag.index.encoder, rag.store, rag.index.builder;"
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def reopen(folder, name):
    return HashEncoder(name)


def test_a_report_added_meanwhile_is_not_lost(tmp_path):
    """What is added goes to what is live by then."""
    build(OLD, tmp_path, "hash", encoders=HashEncoder)
    extend(tmp_path, NEW[1:], reopen=reopen)
    extend(tmp_path, [make_report("Mali", 2020, ["Courts were fast."])], reopen=reopen)
    assert answers(tmp_path) == ["chad-2021", "kazakhstan-2020", "mali-2020"]
