"""A real `ruleflow lsp`, spoken to as an editor does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from time import sleep
from typing import Any

import pytest

from tests.conftest import REPOSITORY
from tests.editors import Editor, RefusedError, editor, uri_of

EXAMPLE = REPOSITORY / "rules-examples" / "client-segments"
FINDINGS = "textDocument/publishDiagnostics"


@dataclass
class Opened:
    """A file that is open in the editor."""

    editor: Editor
    path: Path
    text: str
    version: int = 1

    @property
    def uri(self) -> str:
        return uri_of(self.path)

    def open(self) -> None:
        document = {"uri": self.uri, "languageId": "yaml", "version": self.version, "text": self.text}
        self.editor.tell("textDocument/didOpen", {"textDocument": document})

    def put(self, text: str) -> None:
        """The whole text anew."""
        self.edit([{"text": text}])
        self.text = text

    def edit(self, changes: list[Any]) -> None:
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        self.editor.tell("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    def at(self, words: str, inside: int = 0) -> dict[str, Any]:
        """The parameters of a request about the place where some words stand."""
        offset = self.text.index(words) + inside
        line = self.text.count("\n", 0, offset)
        before = self.text[self.text.rfind("\n", 0, offset) + 1 : offset]
        place = {"line": line, "character": len(before.encode("utf-16-le")) // 2}
        return {"textDocument": {"uri": self.uri}, "position": place}

    def ask(self, method: str, words: str, inside: int = 0, **more: Any) -> Any:
        return self.editor.ask(f"textDocument/{method}", {**self.at(words, inside), **more})

    def codes(self, wanted: list[str]) -> list[Any]:
        """The findings of this file, as soon as they have these codes."""
        return self.editor.findings_until(self.uri, lambda found: [one["code"] for one in found] == wanted)


@pytest.fixture(scope="module")
def running() -> Iterator[Editor]:
    """An editor with a server that all tests share."""
    with editor(capabilities={"textDocument": {"rename": {"prepareSupport": True}}}) as own:
        yield own


@pytest.fixture
def routing(running: Editor, tmp_path: Path) -> Opened:
    """A file of rules of an example, open; the whole project has been looked at."""
    copytree(EXAMPLE, tmp_path / "project")
    path = tmp_path / "project" / "rules" / "routing.yaml"
    found = Opened(running, path, path.read_text(encoding="utf-8"))
    broken = Opened(running, tmp_path / "project" / "model" / "other.yaml", "definitions: {lonely: 1 > 2}\n")
    broken.path.write_text(broken.text, encoding="utf-8")
    found.open()
    broken.codes(["RF502"])  # that nothing uses a definition only the look at the whole can say
    return found


def spot(range_: Any) -> tuple[int, int, int, int]:
    """A range as lines and columns."""
    start, end = range_["start"], range_["end"]
    return start["line"], start["character"], end["line"], end["character"]


def test_what_the_server_can_do(running: Editor) -> None:
    """It says so in its first answer."""
    own = running.capabilities
    assert ("utf-16", {"prepareProvider": True}, True) == (
        own["positionEncoding"],
        own["renameProvider"],
        own["documentFormattingProvider"],
    )


def test_a_mistake_is_told_while_it_is_typed(routing: Opened) -> None:
    """With its code, its page, and what may have been meant; and it is gone when it is mended."""
    before = routing.text
    routing.put(before.replace("has vip", "has vipp", 1))
    (found,) = routing.codes(["RF304"])
    page = found["codeDescription"]["href"]
    assert (1, "ruleflow", (5, 31, 5, 35)) == (found["severity"], found["source"], spot(found["range"]))
    assert "did you mean `vip`?" in found["message"]
    assert page.startswith("file:")
    assert page.endswith("/RF304.md")
    routing.put(before)
    routing.codes([])


def test_what_is_typed_letter_by_letter_is_what_is_checked(routing: Opened) -> None:
    """Changes of ranges come together to the text, with characters of two units before them."""
    routing.put(routing.text.replace("Partners to", "🎫 Партнёры to"))
    title = routing.at("Партнёры")["position"]
    end = {**title, "character": title["character"] + 8}
    routing.edit([{"range": {"start": title, "end": end}, "text": "x"}])
    routing.text = routing.text.replace("Партнёры", "x")
    place = routing.at("has vip", 7)["position"]
    routing.edit([{"range": {"start": place, "end": place}, "text": "per"}])
    (found,) = routing.codes(["RF304"])
    assert (5, 31, 5, 37) == spot(found["range"])


def test_columns_count_as_the_protocol_says(routing: Opened) -> None:
    """Two units for an emoji before the mistake, on the same line."""
    routing.put("rules: [{id: a, title: 🎫🎫, stage: route, when: contact.segments has nobody, then: {stop: true}}]\n")
    (found,) = routing.codes(["RF304"])
    assert routing.at("nobody")["position"] == found["range"]["start"]


def test_a_mistake_in_a_file_with_other_line_ends(routing: Opened) -> None:
    """A carriage return before the line feed is no character of the line."""
    routing.put(routing.text.replace("has vip", "has vipp", 1).replace("\n", "\r\n"))
    (found,) = routing.codes(["RF304"])
    assert (5, 31, 5, 35) == spot(found["range"])


def test_another_file_that_is_broken_by_an_edit_is_told(routing: Opened, running: Editor) -> None:
    """When the vocabulary loses what rules use, the look at the whole says where."""
    path = routing.path.parent.parent / "model" / "segments.yaml"
    segments = Opened(running, path, path.read_text(encoding="utf-8"))
    segments.open()
    segments.put(segments.text.replace("olga:", "irina:"))
    (found,) = routing.codes(["RF304"])
    assert "olga" in found["message"]


def test_completion_needs_no_readable_file(routing: Opened) -> None:
    """The rest of the file may be broken."""
    routing.put(routing.text.replace("contact.segments has vip\n", "contact.segments has \n", 1) + "  broken: ]")
    found = routing.ask("completion", "contact.segments has ", 21)
    labels = [item["label"] for item in found["items"][:4]]
    assert ["partner", "supplier", "wholesale", "vip"] == labels


def test_hover_tells_type_title_and_uses(routing: Opened) -> None:
    """Of a field; of a key what it means."""
    field = routing.ask("hover", "contact.segments", 3)
    key = routing.ask("hover", "when:", 1)
    assert "**Field `contact.segments`**" in field["contents"]["value"]
    assert "Named in 22 places in 4 files." in field["contents"]["value"]
    assert "**when**\n\nThe condition; left out: always." in key["contents"]["value"]


def test_hover_tells_of_functions_and_codes(routing: Opened) -> None:
    """The signature, and the beginning of the page."""
    routing.put("# ruleflow: allow RF803 because so\ndefinitions: {x: days_until(ticket.due_at) < 3}\n")
    function, code = routing.ask("hover", "days_until", 2), routing.ask("hover", "RF803", 2)
    assert "days_until(day)" in function["contents"]["value"]
    assert code["contents"]["value"].startswith("**RF803 redundant-part**")


def test_definition_and_references(routing: Opened) -> None:
    """A segment is defined once and named in several files."""
    (place,) = routing.ask("definition", "has vip", 5)
    uses = routing.ask("references", "has vip", 5, context={"includeDeclaration": False})
    every = routing.ask("references", "has vip", 5, context={"includeDeclaration": True})
    assert place["uri"].endswith("/model/segments.yaml")
    assert (7, 8) == (len(uses), len(every))


def test_a_test_leads_to_the_rows_of_tables(running: Editor, tmp_path: Path) -> None:
    """Also while the file is typed in, of which a glimpse knows no tables of other files."""
    copytree(REPOSITORY / "rules-examples" / "decision-tables", tmp_path / "project")
    path = next((tmp_path / "project" / "tests").glob("*.yaml"))
    opened = Opened(running, path, path.read_text(encoding="utf-8"))
    opened.open()
    opened.codes([])
    words = "departments/vip"
    found: list[Any] = []
    for _ in range(200):  # until the whole was looked at
        if found := opened.ask("definition", words, len("departments/v")):
            break
        sleep(0.05)
    assert "tests" not in found[0]["uri"].rpartition("/project/")[2]


def test_references_are_where_the_text_is_now(routing: Opened) -> None:
    """Also before the next look, when a line was put in above."""
    before = routing.text
    routing.put("# a line more\n" + before)
    found = routing.ask("references", "has vip", 5, context={"includeDeclaration": False})
    own = [one["range"] for one in found if one["uri"] == routing.uri]
    assert routing.at("has vip", 4)["position"] == own[0]["start"]


def test_rename_edits_every_file(routing: Opened) -> None:
    """As `ruleflow rename` does: the old name is remembered."""
    place = routing.ask("prepareRename", "has vip", 5)
    edits = routing.ask("rename", "has vip", 5, newName="gold")["changes"]
    names = sorted(uri.rpartition("/project/")[2] for uri in edits)
    texts = {edit["newText"] for own in edits.values() for edit in own}
    assert "vip" == place["placeholder"]
    assert [
        "model/segments.yaml",
        "rules/routing.yaml",
        "rules/sla_and_messages.yaml",
        "tests/segments.test.yaml",
    ] == names
    assert {"gold", ", was: [vip]"} == texts


@pytest.mark.parametrize(
    ("words", "new", "reason"),
    [
        ("contact.segments", "x", "part of the standard vocabulary"),
        ("has vip", "new_client", "new_client"),
        ("has vip", "Not An Id", "Not An Id"),
        ("then:", "x", "no name of this project"),
    ],
)
def test_what_cannot_be_renamed_is_refused_with_a_reason(routing: Opened, words: str, new: str, reason: str) -> None:
    """In a sentence for the author."""
    with pytest.raises(RefusedError, match=reason):
        routing.ask("rename", words, 5 if words == "has vip" else 1, newName=new)


def test_symbols_of_a_file_and_of_the_project(routing: Opened) -> None:
    """Rules by their ids and titles."""
    sections = routing.ask("documentSymbol", "rules:")
    rules = next(one for one in sections if one["name"] == "rules")["children"]
    found = routing.editor.ask("workspace/symbol", {"query": "closest"})
    named = routing.editor.ask("workspace/symbol", {"query": "clients_of_ol"})
    assert ("vip_to_named_person", "VIP clients reach their department and their own person") == (
        rules[0]["name"],
        rules[0]["detail"],
    )
    assert [] == found
    assert "clients_of_olga" in {one["name"] for one in named}


def test_formatting_is_that_of_fmt(routing: Opened) -> None:
    """One edit, no larger than the change."""
    routing.put(routing.text.replace("has vip", "has   vip", 1))
    (edit,) = routing.ask("formatting", "rules:", options={"tabSize": 2, "insertSpaces": True})
    assert (5, 5) == (edit["range"]["start"]["line"], edit["range"]["end"]["line"])
    assert [] == _formatted_again(routing, edit)


def _formatted_again(opened: Opened, edit: Any) -> Any:
    opened.edit([{"range": edit["range"], "text": edit["newText"]}])
    return opened.ask("formatting", "rules:", options={"tabSize": 2, "insertSpaces": True})


def test_a_quick_fix_mends(routing: Opened) -> None:
    """It writes what was meant."""
    routing.put(routing.text.replace("has vip", "has vipp", 1))
    (found,) = routing.codes(["RF304"])
    params = {"textDocument": {"uri": routing.uri}, "range": found["range"], "context": {"diagnostics": [found]}}
    (action,) = routing.editor.ask("textDocument/codeAction", params)
    (edit,) = action["edit"]["changes"][routing.uri]
    assert ("quickfix", "vip", (5, 31, 5, 35)) == (action["kind"], edit["newText"], spot(edit["range"]))


def test_advice_is_a_hint_and_can_be_silenced(routing: Opened) -> None:
    """After saving; the comment is put above, and the reason is left to the author."""
    routing.put(
        "rules:\n  - id: twice\n    stage: route\n    when: not not (ticket.subject contains 'a')\n    then: {stop: true}\n"
    )
    routing.path.write_text(routing.text, encoding="utf-8")
    routing.editor.tell("textDocument/didSave", {"textDocument": {"uri": routing.uri}})
    found = routing.editor.findings_until(routing.uri, lambda own: any(one["code"] == "RF804" for one in own))
    advice = next(one for one in found if one["code"] == "RF804")
    params = {"textDocument": {"uri": routing.uri}, "range": advice["range"], "context": {"diagnostics": [advice]}}
    actions = routing.editor.ask("textDocument/codeAction", params)
    silencing = next(one for one in actions if "Silence RF804" in one["title"])
    (edit,) = silencing["edit"]["changes"][routing.uri]
    assert 4 == advice["severity"]
    assert ("    # ruleflow: allow RF804 because \n", (3, 0, 3, 0)) == (edit["newText"], spot(edit["range"]))


def test_what_is_proved_of_rules_is_told_after_saving(routing: Opened) -> None:
    """Unless a comment says that it is meant."""
    pytest.importorskip("pysat")
    never = "    when: ticket.priority is high and ticket.priority is low\n    then: {stop: true}\n"
    routing.put(
        f"rules:\n  - id: never\n    stage: route\n{never}  - id: meant\n    stage: route\n    # ruleflow: allow RF504 because so\n{never}"
    )
    routing.path.write_text(routing.text, encoding="utf-8")
    routing.editor.tell("textDocument/didSave", {"textDocument": {"uri": routing.uri}})
    found = routing.editor.findings_until(routing.uri, lambda own: any(one["code"] == "RF504" for one in own))
    assert [3] == [one["range"]["start"]["line"] for one in found if one["code"] == "RF504"]


def test_signature_help_counts_the_arguments(routing: Opened) -> None:
    """The second one is being typed."""
    routing.put("definitions:\n  x: open_time(ticket.created_at, now\n")
    found = routing.ask("signatureHelp", "now", 3)
    assert ("open_time(from, to, calendar)", 1) == (found["signatures"][0]["label"], found["activeParameter"])


def test_a_file_that_is_deleted_takes_its_findings_along(routing: Opened) -> None:
    """The editor tells that files changed on disk."""
    path = routing.path.parent.parent / "model" / "other.yaml"
    path.unlink()
    changes = [{"uri": uri_of(path), "type": 3}]
    routing.editor.tell("workspace/didChangeWatchedFiles", {"changes": changes})
    assert [] == routing.editor.findings_until(uri_of(path), lambda _: True)


def test_a_folder_that_is_added_is_looked_at(running: Editor, tmp_path: Path) -> None:
    """Though no file of it is open."""
    (tmp_path / "ruleflow.yaml").write_text("ruleflow: 1\nproject: p\ndefinitions: {x: a.b}\n", encoding="utf-8")
    added = [{"uri": uri_of(tmp_path), "name": "p"}]
    running.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": []}})
    found = running.findings_until(uri_of(tmp_path / "ruleflow.yaml"), len)
    assert "RF302" in {one["code"] for one in found}


def test_a_project_whose_root_file_is_deleted_is_no_project_any_more(running: Editor, tmp_path: Path) -> None:
    """What was said of it is taken back."""
    root = tmp_path / "ruleflow.yaml"
    root.write_text("ruleflow: 1\nproject: p\ndefinitions: {x: a.b}\n", encoding="utf-8")
    added = [{"uri": uri_of(tmp_path), "name": "p"}]
    running.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": []}})
    running.findings_until(uri_of(root), len)
    root.unlink()
    running.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri_of(root), "type": 3}]})
    assert [] == running.findings_until(uri_of(root), lambda found: not found)


def test_files_of_no_project_are_left_alone(running: Editor, tmp_path: Path) -> None:
    """Other YAML is none of our business."""
    other = Opened(running, tmp_path / "compose.yaml", "services: {}\n")
    other.open()
    assert (None, None) == (other.ask("hover", "services", 2), other.ask("completion", "services", 2))


def test_several_projects_at_once(routing: Opened, tmp_path: Path) -> None:
    """Each file is checked with the vocabulary of its own."""
    copytree(EXAMPLE, tmp_path / "second")
    path = tmp_path / "second" / "ruleflow.yaml"
    other = Opened(routing.editor, path, path.read_text(encoding="utf-8") + "segments: {gold: Gold}\n")
    other.open()
    rules = Opened(routing.editor, tmp_path / "second" / "new.yaml", "definitions: {x: contact.segments has }\n")
    rules.open()
    assert "gold" in {item["label"] for item in rules.ask("completion", "has ", 4)["items"]}
    assert "gold" not in {item["label"] for item in routing.ask("completion", "has vip", 4)["items"]}


@pytest.mark.parametrize("text", ["\x00\ufffe: [", "{{{{", "a: &b [*b, *b]", "rules:\n\t- x", "- " * 3000, "\ud800: 1"])
def test_garbage_is_answered(routing: Opened, text: str) -> None:
    """The server stays, and what is asked next is answered."""
    before = routing.text
    routing.put(text)
    routing.editor.ask(
        "textDocument/hover", {"textDocument": {"uri": routing.uri}, "position": {"line": 0, "character": 1}}
    )
    routing.put(before)
    assert routing.ask("hover", "has vip", 5) is not None


def test_messages_that_are_none_are_passed_over(running: Editor) -> None:
    """Neither nonsense nor an unknown method ends the server."""
    running.write_raw(b"Content-Length: 3\r\n\r\n{x}")
    running.tell("textDocument/didOpen", {"textDocument": {}})
    with pytest.raises(RefusedError):
        running.ask("nothing/ofTheKind", {})
    assert [] == running.ask("workspace/symbol", {"query": "\x00"})


@pytest.mark.parametrize("asks_first", [True, False])
def test_the_server_ends_when_it_is_told_to(asks_first: bool) -> None:
    """With 0 after a polite end, with 1 where the editor just goes."""
    with editor() as own:
        if asks_first:
            own.ask("shutdown", None)
        own.tell("exit", None)
        assert (not asks_first) == own.process.wait(timeout=30)


def test_the_unit_of_columns_is_the_editors_choice(tmp_path: Path) -> None:
    """Bytes of UTF-8 here."""
    (tmp_path / "ruleflow.yaml").write_text("ruleflow: 1\nproject: p\n", encoding="utf-8")
    with editor(capabilities={"general": {"positionEncodings": ["utf-8"]}}) as own:
        opened = Opened(own, tmp_path / "a.yaml", "definitions: {ж: 1}\n")
        opened.open()
        found = own.findings_until(opened.uri, len)
        assert ("utf-8", (0, 14, 0, 16)) == (own.capabilities["positionEncoding"], spot(found[0]["range"]))
