from __future__ import annotations

from pathlib import Path

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix
from ruleflow.lint.fixing import MOST_ROUNDS, mend
from ruleflow.project.folder import Folder, RawFile
from ruleflow.source import Source, Span


def folder(content: bytes) -> Folder:
    return Folder(Path("nowhere"), (RawFile("a.yaml", content),))


def text_of(seen: Folder) -> str:
    return seen.files[0].content.decode("utf-8-sig")


def finding(text: str, start: int, end: int, replacement: str, *, safe: bool = True, silenced: str = "") -> Diagnostic:
    span = Span(Source("a.yaml", text), start, end)
    fix = Fix("mend it", span, replacement, safe)
    return Diagnostic(codes.REDUNDANT_PART, "a", span, fixes=(fix,), silenced=silenced)


def each(old: str, new: str, **more: bool | str):  # type: ignore[no-untyped-def]
    """Looks for a text and proposes another for each place of it."""

    def look(seen: Folder) -> tuple[Diagnostic, ...]:
        text = text_of(seen)
        places = [at for at in range(len(text)) if text.startswith(old, at)]
        return tuple(finding(text, at, at + len(old), new, **more) for at in places)  # type: ignore[arg-type]

    return look


def test_edits_that_lie_apart_are_made_together() -> None:
    """Comments, layout, line breaks and the byte-order mark stay."""
    found = mend(folder(b"\xef\xbb\xbfa: x # \xd1\x8f\r\nb:   x\r\n"), each("x", "yy"), unsafe=False)
    assert b"\xef\xbb\xbfa: yy # \xd1\x8f\r\nb:   yy\r\n" == found.folder.files[0].content
    assert (2, ()) == (found.count, found.findings)


def test_edits_that_overlap_are_made_one_after_another() -> None:
    """After each round the files are looked at anew."""
    found = mend(folder(b"aaaa"), each("aa", "a"), unsafe=False)
    assert "a" == text_of(found.folder)
    assert 3 == found.count


def test_unsafe_and_silenced_ones() -> None:
    """Unsafe edits are made when asked for; what is silenced is left alone."""
    assert "x" == text_of(mend(folder(b"x"), each("x", "y", safe=False), unsafe=False).folder)
    assert "y" == text_of(mend(folder(b"x"), each("x", "y", safe=False), unsafe=True).folder)
    assert "x" == text_of(mend(folder(b"x"), each("x", "y", silenced="meant"), unsafe=True).folder)


def test_an_edit_that_makes_it_worse_is_not_made() -> None:
    """The others are."""

    def look(seen: Folder) -> tuple[Diagnostic, ...]:
        text = text_of(seen)
        if "bad" in text:
            return (Diagnostic(codes.NOT_YAML, "broken", Span(Source("a.yaml", text), 0, 1)),)
        return (*each("x", "bad")(seen), *each("y", "good")(seen))

    found = mend(folder(b"x y x y"), look, unsafe=False)
    assert "x good x good" == text_of(found.folder)
    assert 2 == found.count


def test_edits_of_other_files_are_left_alone() -> None:
    """A file that is no part of the rules, such as a template, is not written."""
    other = Diagnostic(
        codes.REDUNDANT_PART, "a", None, fixes=(Fix("a", Span(Source("b.md", "x"), 0, 1), "y", safe=True),)
    )
    assert 0 == mend(folder(b"x"), lambda _seen: (other,), unsafe=False).count


def test_edits_that_go_on_for_ever_end() -> None:
    """An edit that leaves as much to complain about as before is made a bounded number of times."""
    found = mend(folder(b"x"), each("x", " x"), unsafe=False)
    assert MOST_ROUNDS == found.count
