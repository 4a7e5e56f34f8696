"""Renaming: as text, everywhere, remembered by `was`, and refused where the project would say something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.project.edited import edited_folder
from ruleflow.project.folder import Folder, RawFile
from ruleflow.project.loading import check_folder
from ruleflow.references.edits import contents_after
from ruleflow.references.names import Kind, Name
from ruleflow.references.rename import Edited, InTheWay, rename
from tests.unit.references.test_index import FILES


def folder_of(files: dict[str, str]) -> Folder:
    """A project in memory."""
    content = {"ruleflow.yaml": "ruleflow: 1\n", **files}
    own = tuple(RawFile(name, text.encode()) for name, text in content.items() if name.endswith(".yaml"))
    return Folder(Path(), own, lambda name: content[name].encode() if name in content else None)


def renamed(folder: Folder, kind: Kind, old: str, new: str) -> Edited | InTheWay:
    """What comes of a renaming in a project that checks."""
    out = Collector()
    checked = check_folder(folder, out).checked
    assert [] == [finding.message for finding in out.sorted() if finding.is_error]
    return rename(folder, checked, Name(kind, old), new)


def after(files: dict[str, str], kind: Kind, old: str, new: str) -> dict[str, str]:
    """The files that a renaming changes, as they are then."""
    folder = folder_of(files)
    found = renamed(folder, kind, old, new)
    assert isinstance(found, Edited), found
    return {name: content.decode() for name, content in contents_after(folder, found.edits).items()}


def obstacle(files: dict[str, str], kind: Kind, old: str, new: str) -> InTheWay:
    """Why a renaming is refused."""
    found = renamed(folder_of(files), kind, old, new)
    assert isinstance(found, InTheWay)
    return found


USE = "rules: [{id: r, stage: route, when: contact.segments has vip, then: [stop: true]}]\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("segments: {vip: {color: '#ffffff'}}\n", "segments: {premium: {color: '#ffffff', was: [vip]}}\n"),
        ("segments:\n  vip: # first\n    color: '#ffffff'  # white\n", "segments:\n  premium: # first\n    was: [vip]\n    color: '#ffffff'  # white\n"),
        ("segments:\n  vip: VIP clients  # they pay\n", "segments:\n  premium: {title: VIP clients, was: [vip]}  # they pay\n"),
        ("segments:\n  vip: First, then others\n", "segments:\n  premium:\n    was: [vip]\n    title: First, then others\n"),
        ("segments:\n  vip: 'First, then others'\n", "segments:\n  premium: {title: 'First, then others', was: [vip]}\n"),
        ("segments:\n  vip:\n  old:\n", "segments:\n  premium: {was: [vip]}\n  old:\n"),
        ("segments:\n  vip: ~\n", "segments:\n  premium: {was: [vip]}\n"),
        ("segments:\n  vip: {}\n", "segments:\n  premium: {was: [vip]}\n"),
        ("segments: {vip, old}\n", "segments: {premium: {was: [vip]}, old}\n"),
        ("segments: [old, vip]  # two\n", "segments: {old, premium: {was: [vip]}}  # two\n"),
        ("segments:\n  - old # a\n  - vip # b\n", "segments:\n  old: # a\n  premium: {was: [vip]} # b\n"),
        ("segments:\n  'vip': {was: gold}\n", "segments:\n  'premium': {was: [gold, vip]}\n"),
        ("segments:\n  vip: {was: [gold]}\n", "segments:\n  premium: {was: [gold, vip]}\n"),
        ("segments:\n  vip:\n    was:\n      - gold # long ago\n", "segments:\n  premium:\n    was:\n      - gold # long ago\n      - vip\n"),
        ("segments:\n  vip: {was: [premium, gold]}\n", "segments:\n  premium: {was: [vip, gold]}\n"),
        ("segments:\r\n  vip:\r\n    title: VIP\r\n", "segments:\r\n  premium:\r\n    was: [vip]\r\n    title: VIP\r\n"),
        ("\ufeffsegments: {vip: Äiti 👋}\n", "\ufeffsegments: {premium: {title: Äiti 👋, was: [vip]}}\n"),
    ],
)  # fmt: skip
def test_the_old_name_is_remembered_in_the_way_of_the_file(before: str, expected: str) -> None:
    """`was` is added in the style in which the thing is written; comments, quotes and line ends stay."""
    changed = after({"a.yaml": before, "b.yaml": USE}, Kind.SEGMENT, "vip", "premium")
    assert expected == changed["a.yaml"]
    assert USE.replace("vip", "premium") == changed["b.yaml"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("{type: choice, options: [gold, iron]}", "{type: choice, options: [{id: top, was: [gold]}, iron]}"),
        ("{type: choice, options: [{id: gold, was: [au]}, iron]}", "{type: choice, options: [{id: top, was: [au, gold]}, iron]}"),
        ("\n    type: choice\n    options:\n      - gold # best\n      - iron", "\n    type: choice\n    options:\n      - {id: top, was: [gold]} # best\n      - iron"),
        ("{type: set, of: choice, options: [gold, iron], default: [gold]}", "{type: set, of: choice, options: [{id: top, was: [gold]}, iron], default: [top]}"),
    ],
)  # fmt: skip
def test_options_are_renamed_where_they_are_of_the_field(before: str, expected: str) -> None:
    """An option becomes another word at its field alone; another field's option of that name stays."""
    other = "  ticket.wish: {type: choice, options: [gold]}\n"
    rules = "rules: [{id: r, stage: route, when: ticket.wish is gold, then: [stop: true]}]\n"
    changed = after(
        {"a.yaml": f"fields:\n  ticket.plan: {before}\n{other}", "b.yaml": rules},
        Kind.OPTION,
        "ticket.plan:gold",
        "ticket.plan:top",
    )
    assert {"a.yaml": f"fields:\n  ticket.plan: {expected}\n{other}"} == changed


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (Kind.SEGMENT, "vip", "premium"), (Kind.TEAM, "desk", "front"), (Kind.AGENT, "anna", "zoe"), (Kind.SKILL, "greek", "hellenic"),
        (Kind.CALENDAR, "office", "bureau"), (Kind.SLA, "fast", "quick"), (Kind.TEMPLATE, "hello", "greeting"), (Kind.CONTRACT, "tills", "cash"),
        (Kind.FOLDER, "city", "town"), (Kind.FOLDER, "retail", "shops"), (Kind.FIELD, "ticket.plan", "ticket.tariff"),
        (Kind.FIELD, "contact.trips", "contact.tours"), (Kind.FIELD, "contact.trips.kind", "contact.trips.sort"),
        (Kind.OPTION, "contact.trips.kind:far", "contact.trips.kind:away"), (Kind.DEFINITION, "is_gold", "golden"),
        (Kind.EVENT, "ticket.escalated", "ticket.raised"), (Kind.ACTION, "escalate", "lift"), (Kind.RULE, "first", "opening"),
        (Kind.RULE, "second", "two"), (Kind.PROPERTY, "kept", "promised"),
    ],
)  # fmt: skip
def test_everything_that_has_a_name_can_be_renamed_and_back(kind: Kind, old: str, new: str) -> None:
    """Each kind is renamed wherever it is named, and the way back leaves only `was`."""
    folder = folder_of(FILES)
    there = renamed(folder, kind, old, new)
    assert isinstance(there, Edited), there
    between = edited_folder(folder, contents_after(folder, there.edits))
    back = renamed(between, kind, new, old)
    assert isinstance(back, Edited), back
    word = Name(kind, new).written
    for name, content in contents_after(between, back.edits).items():
        assert word not in content.decode().replace(f"was: [{new}]", "").replace(f", {new}]", "").replace(
            f"was: [{word}]", ""
        ), name
    assert there.files.keys() == back.files.keys()


def test_a_stage_is_renamed_in_the_root_file() -> None:
    """Stages, rules of several files and their defaults are kept in step."""
    files = {
        "ruleflow.yaml": "ruleflow: 1\nstages: [{id: route}, notify]\n",
        "b.yaml": USE,
        "c.yaml": "defaults: {stage: route}\nrules: [{id: q, then: [stop: true]}]\nsegments: [vip]\n",
    }
    changed = after(files, Kind.STAGE, "route", "send_on")
    assert "ruleflow: 1\nstages: [{id: send_on}, notify]\n" == changed["ruleflow.yaml"]
    assert "defaults: {stage: send_on}" in changed["c.yaml"]


@pytest.mark.parametrize(
    ("kind", "old", "new", "reason"),
    [
        (Kind.SEGMENT, "vip", "reseller", "there is a segment `reseller` already, at model.yaml:4:3"),
        (Kind.SEGMENT, "vip", "V I P", "`V I P` is no id: write small Latin letters, digits and `_`, a letter first"),
        (Kind.SEGMENT, "vip", "contract", "`contract` is a word of the language"),
        (Kind.SEGMENT, "vip", "and", "`and` is a word of the language"),
        (Kind.SEGMENT, "vip", "vip", "it is called `vip` already"),
        (Kind.SEGMENT, "nobody", "vip", "this project does not define the segment `nobody`; what is standard keeps its name"),
        (Kind.FIELD, "ticket.plan", "contact.plan", "facts come in groups, so a field stays in its own: the new name begins with `ticket.`"),
        (Kind.FIELD, "ticket.plan", "ticket.subject", "there is a standard field `ticket.subject` already"),
        (Kind.EVENT, "ticket.escalated", "ticket.created", "there is a standard event `ticket.created` already"),
        (Kind.ACTION, "escalate", "route", "there is a standard action `route` already"),
        (Kind.DEFINITION, "is_gold", "gold", "with `gold` the project would have new findings"),
        (Kind.OPTION, "ticket.plan:gold", "ticket.plan:top", "options of two fields meet here, and would no longer be the same words"),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_told(kind: Kind, old: str, new: str, reason: str) -> None:
    """A name that is taken, no name at all, or would change what the project says is refused with the reason."""
    assert reason == obstacle(FILES, kind, old, new).reason


def test_a_name_that_another_thing_had_is_refused() -> None:
    """An old name that still stands for something else would be two things in facts."""
    found = obstacle(
        {"a.yaml": "segments: {vip: , old: {was: [former]}}\n", "b.yaml": USE}, Kind.SEGMENT, "vip", "former"
    )
    assert ["`former` stands for two segments, `former` and `old`"] == [finding.message for finding in found.findings]


def test_a_word_that_would_be_captured_is_refused() -> None:
    """Where the new name would be taken for something else, nothing is changed."""
    files = {
        "a.yaml": "teams: {desk: }\nagents: {anna: }\nfields: {ticket.who: {type: set, of: [team, agent]}}\n"
        "rules: [{id: r, stage: route, when: ticket.who has anna, then: [add_watchers: [desk]]}]\n"
    }
    assert obstacle(files, Kind.AGENT, "anna", "desk").findings


def test_escapes_are_not_guessed() -> None:
    """A name that is written with escapes is shown, not replaced."""
    rules = 'rules: [{id: r, stage: route, when: "contact.segments has \\u0076ip", then: [stop: true]}]\n'
    found = obstacle({"a.yaml": "segments: [vip]\n", "b.yaml": rules}, Kind.SEGMENT, "vip", "premium")
    assert [("\\u0076ip", "condition of rule `r`")] == [(span.text, said) for span, said in found.places]


def test_words_that_only_look_alike_stay() -> None:
    """Titles, tags, texts and comments are nobody's name."""
    files = {
        "a.yaml": "segments:\n  vip: vip  # vip\nrules:\n  - id: vip\n    title: vip\n    stage: route\n"
        "    when: contact.segments has vip and ticket.tags has 'vip' and ticket.subject contains 'vip' # vip\n"
        "    then: [{add_tags: [vip]}, {note: vip}]\n    labels: [vip]\n"
    }
    changed = after(files, Kind.SEGMENT, "vip", "premium")["a.yaml"]
    assert (
        "segments:\n  premium: {title: vip, was: [vip]}  # vip\nrules:\n  - id: vip\n    title: vip\n    stage: route\n"
        "    when: contact.segments has premium and ticket.tags has 'vip' and ticket.subject contains 'vip' # vip\n"
        "    then: [{add_tags: [vip]}, {note: vip}]\n    labels: [vip]\n"
    ) == changed


@pytest.mark.parametrize(
    ("rule", "notes"),
    [
        ("", ["decisions that are in the log stand under `r`"]),
        ("rollout: 25%, ", ["decisions that are in the log stand under `r`", "its rollout draws tickets by its name: from now on it acts on others"]),
        ("once: ticket.subject, ", ["decisions that are in the log stand under `r`", "keys of what has fired begin with `r`: it may fire once more for the same ticket"]),
    ],
)  # fmt: skip
def test_what_a_new_name_means_for_others_is_told(rule: str, notes: list[str]) -> None:
    """Where the engine goes by the name itself, whoever renames hears of it."""
    files = {"a.yaml": "rules: [{id: r, stage: route, " + rule + "then: [stop: true]}]\n"}
    found = renamed(folder_of(files), Kind.RULE, "r", "q")
    assert isinstance(found, Edited)
    assert notes == list(found.notes)


def test_texts_of_which_nobody_can_tell_are_told() -> None:
    """In a template a fact may go by another name: a text that may mean the thing stays, and is named."""
    message = "{% assign groups = contact.segments %}{% if groups contains 'vip' %}Hi{% endif %}"
    folder = folder_of(
        {"a.yaml": "segments: [vip]\ntemplates: {hello: hello.md}\n", "b.yaml": USE, "hello.md": message}
    )
    found = renamed(folder, Kind.SEGMENT, "vip", "premium")
    assert isinstance(found, Edited)
    assert "the text 'vip' at hello.md:1:62 stays; see whether the segment `vip` is meant" == found.notes[-1]
