"""Files, folders and archives are read to their end: what is no report is refused by name, and nothing is unpacked."""

import bz2
import gzip
import io
import lzma
import re
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from rag import corpus
from rag.corpus import Refusal, archive
from rag.errors import UnreadableReportError
from rag.types import Report

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BODY = "Section 1. Respect for the Integrity of the Person\n\nPolice beat him. He died.\n"
ADDRESS = "https://www.state.gov/reports/2019-country-reports-on-human-rights-practices"
GONE = "is in the manifest only: add the file or remove the entry"


def entry(file, country="Chad", year=2021):
    return (
        f'[[report]]\nfile = "{file}"\ncountry = "{country}"\nyear = {year}\n'
        'publisher = "P"\ntitle = "T"\nlicence = "PD"\n'
    )


def page(country):
    name = country.lower()
    return (
        f'<link rel="canonical" href="{ADDRESS}/{name}/"><h1>2019 Country Reports on Human Rights Practices: {country}</h1>'
        f"<main><p>{country} is a republic.</p></main>"
    )


FILES = {
    "2019/chad.html": page("Chad"),
    "2019/index.csv": "no,report",
    "2019/kenya.html": page("Kenya"),
    "2019/mali.html": "<p>Nothing.</p>",
    "own/README.md": "# Read me",
    "own/a.txt": BODY,
    "own/b.txt": BODY + "More.\n",
    "own/broken.txt": b"\xff\xfe",
    "own/manifest.toml": entry("a.txt") + entry("gone.txt", year=2001) + entry("broken.txt", year=2002),
    "__MACOSX/._chad.html": page("Togo"),
    ".hidden/chad.html": page("Togo"),
}
"""Three reports among others."""
READ = ["chad-2019", "chad-2021", "kenya-2019"]
REFUSED = {
    "2019/mali.html": r"manifest\.toml has no entry for 'mali\.html'",
    "own/b.txt": r"manifest\.toml has no entry for 'b\.txt'",
    "own/broken.txt": r"is not UTF-8 \(byte 0\)",
    "own/gone.txt": GONE,
}


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


def folder(path, files=FILES):
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(as_bytes(content))
    return path


def zipped(path, files=FILES):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, as_bytes(content))
    return path


def tarred(files=FILES):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(as_bytes(content))
            made.addfile(info, io.BytesIO(as_bytes(content)))
    return buffer.getvalue()


PACKED = {
    ".tar": bytes,
    ".tar.gz": gzip.compress,
    ".tgz": gzip.compress,
    ".tar.bz2": bz2.compress,
    ".tar.xz": lzma.compress,
    ".tar.zst": zstd.compress,
}


def made(path, ending, files=FILES):
    """What ``files`` are packed into, or the folder of them where ``ending`` is empty."""
    if not ending:
        return folder(path / "reports", files)
    archived = path / f"reports{ending}"
    return zipped(archived, files) if ending == ".zip" else write(archived, PACKED[ending](tarred(files)))


def write(path, data):
    path.write_bytes(data)
    return path


def ids(found):
    return sorted(each.info.id for each in found if isinstance(each, Report))


def refused(found, root):
    return {str(Path(each.file).relative_to(root)): each.reason for each in found if isinstance(each, Refusal)}


@pytest.mark.parametrize("ending", ["", ".zip", *PACKED])
def test_folders_and_archives_are_read_alike(tmp_path, ending):
    """The manifest governs what it names, a page tells of itself, everything else is refused or passed over."""
    place = made(tmp_path, ending)
    found = list(corpus.read([place]))
    assert ids(found) == READ
    reasons = refused(found, place)
    assert reasons.keys() == REFUSED.keys()
    for name, reason in REFUSED.items():
        assert re.search(reason, reasons[name])
        assert "\n" not in reasons[name]


@pytest.mark.parametrize("ending", [".zip", *PACKED])
def test_reading_an_archive_writes_nothing(tmp_path, ending):
    """Whatever its names and links say."""
    inner = tmp_path / "inner"
    inner.mkdir()
    place = made(inner, ending, {"../../evil.html": page("Chad"), "/abs/evil.html": page("Kenya")})
    assert ids(corpus.read([place])) == ["chad-2019", "kenya-2019"]
    assert [path.name for path in tmp_path.rglob("*")] == ["inner", place.name]


def test_links_and_devices_in_an_archive_are_no_files(tmp_path):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as packed:
        for name, kind in (("a.html", tarfile.SYMTYPE), ("b.html", tarfile.LNKTYPE), ("c.html", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            packed.addfile(info)
    assert list(corpus.read([write(tmp_path / "x.tar", buffer.getvalue())])) == []


def test_the_manifest_may_stand_behind_its_files(tmp_path):
    place = made(tmp_path, ".tar.gz", {"a.txt": BODY, "manifest.toml": entry("a.txt")})
    assert ids(corpus.read([place])) == ["chad-2021"]


@pytest.mark.parametrize("ending", ["", ".zip", ".tar.zst"])
def test_a_broken_manifest_is_refused_and_pages_are_read_all_the_same(tmp_path, ending):
    place = made(tmp_path, ending, {"a.txt": BODY, "chad.html": page("Chad"), "manifest.toml": "[[report]\n"})
    found = list(corpus.read([place]))
    assert ids(found) == ["chad-2019"]
    assert refused(found, place).keys() == {"a.txt", "manifest.toml"}


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.zst", ".zip"])
def test_an_archive_that_breaks_off_is_refused_by_name(tmp_path, ending):
    """What came before the break may have been read; the next path is read in any case."""
    place = made(tmp_path, ending)
    data = place.read_bytes()
    write(place, data[: data.index(b"Kenya is") if ending == ".tar" else len(data) // 2])
    other = write(tmp_path / "kenya.html", page("Kenya").encode())
    found = list(corpus.read([place, other]))
    assert "kenya-2019" in ids(found)
    assert any(
        isinstance(each, Refusal) and f"{place} is damaged or no {ending} archive" in each.reason for each in found
    )


@pytest.mark.parametrize("ending", [".zip", *PACKED])
def test_what_is_no_archive_is_refused(tmp_path, ending):
    [found] = corpus.read([write(tmp_path / f"x{ending}", b"Police beat him. " * 100)])
    assert isinstance(found, Refusal)
    assert "damaged or no" in found.reason


def test_an_encrypted_file_of_a_zip_does_not_stop_the_rest(tmp_path):
    data = bytearray(zipped(tmp_path / "x.zip", {"a.html": page("Chad"), "b.html": page("Kenya")}).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    found = list(corpus.read([write(tmp_path / "x.zip", bytes(data))]))
    assert ids(found) == ["kenya-2019"]
    assert "a.html: it cannot be unpacked" in refused(found, tmp_path / "x.zip")["a.html"]


@pytest.mark.parametrize("ending", [".zip", ".tar.gz", ".tar.zst"])
def test_a_file_that_is_too_large_is_refused_and_the_rest_read(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(archive, "FILE_LIMIT", 2000)
    place = made(tmp_path, ending, {"a.html": page("Chad") + " " * 3000, "b.html": page("Kenya")})
    found = list(corpus.read([place]))
    assert ids(found) == ["kenya-2019"]
    assert "a.html: it is larger than" in refused(found, place)["a.html"]


@pytest.mark.parametrize("ending", [".zip", ".tar.gz", ".tar.zst"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch, ending):
    """Also where the large part is a file that nobody wants; a .zip passes over it."""
    monkeypatch.setattr(archive, "WHOLE_LIMIT", 1 << 20)
    name = "b.html" if ending == ".zip" else "b.bin"
    place = made(tmp_path, ending, {name: b"<p>" + b" " * (4 << 20)})
    with pytest.raises(UnreadableReportError, match="unpacks to more than"):
        list(archive.members(place, lambda name: name.endswith("html")))
    [found] = corpus.read([place])
    assert isinstance(found, Refusal)


def test_archives_inside_a_folder_are_read(tmp_path):
    """As the years of a collection often come."""
    made(tmp_path, ".tar.zst", {"2019/chad.html": page("Chad")})
    assert ids(corpus.read([tmp_path])) == ["chad-2019"]


def test_long_windows_of_zstd_are_read(tmp_path):
    """As ``zstd --long=27`` packs them."""
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.enable_long_distance_matching: 1}
    data = zstd.compress(tarred({"chad.html": page("Chad")}), options=options)
    assert ids(corpus.read([write(tmp_path / "x.tar.zst", data)])) == ["chad-2019"]


# Paths

FAULTS = {
    "gone.html": r"gone\.html is not there: give a file, a folder or an archive",
    "own/b.txt": r"own/manifest\.toml has no entry for 'b\.txt'",
    "2019/index.csv": r"index\.csv has an unknown ending '\.csv': known are \.txt, ",
}


@pytest.mark.parametrize(("name", "reason"), FAULTS.items(), ids=FAULTS)
def test_a_path_that_is_no_report_says_why(tmp_path, name, reason):
    folder(tmp_path)
    [found] = corpus.read([tmp_path / name])
    assert isinstance(found, Refusal)
    assert found.file == str(tmp_path / name)
    assert re.search(reason, found.reason)


def test_a_file_alone_has_the_manifest_beside_it(tmp_path):
    folder(tmp_path)
    assert ids(corpus.read([tmp_path / "own" / "a.txt"])) == ["chad-2021"]


def test_the_seeds_are_read_as_their_folder_says(seeds, seed_reports):
    assert {found.info.id: found for found in corpus.read([seeds])} == seed_reports


def test_a_path_given_twice_is_one_report(tmp_path):
    place = write(tmp_path / "chad.html", page("Chad").encode())
    first, second = corpus.read([place, place])
    assert first.info.id == "chad-2019"
    assert isinstance(second, Refusal)


def test_links_to_folders_are_not_followed_round(tmp_path):
    folder(tmp_path)
    (tmp_path / "2019" / "again").symlink_to(tmp_path)
    assert ids(corpus.read([tmp_path])) == READ
