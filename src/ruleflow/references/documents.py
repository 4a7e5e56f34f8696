"""What only the documents say: options and parts of fields, defaults, old names, the choice of a target, tests."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.model.access import entries, inner, items, scalar, texts, value
from ruleflow.model.field_types import is_type
from ruleflow.model.model import Model
from ruleflow.model.scores import SCORE
from ruleflow.model.scores_reader import ELSE
from ruleflow.model.vocabulary import THINGS
from ruleflow.references.examples import uses_in_tests
from ruleflow.references.names import OF_TERMS, Holder, Kind, Name, Role, Use, option
from ruleflow.references.places import options_at
from ruleflow.references.plain import path_uses
from ruleflow.references.values import Values
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar


def uses_in_document(root: Node, values: Values) -> Iterator[Use]:
    """What a file of a project names, beside what the model has the places of."""
    for entry in entries(value(root, "fields")):
        yield from _of_field(entry, values)
    for section, kind in THINGS.items():
        for entry in entries(value(root, section)):
            yield from _old_names(entry.value, Name(OF_TERMS[kind], entry.key.text))
    for entry in entries(value(root, "views")):
        yield from _old_names(entry.value, Name(Kind.VIEW, entry.key.text))
    for entry in entries(value(root, "scores")):
        yield from _of_score(entry, values.model)
    for entry in entries(value(root, "contracts")):
        yield from _of_folders(value(entry.value, "folders"))
    for entry in entries(value(root, "sla")):
        for target in entries(value(entry.value, "targets")):
            by = scalar(target.value, "by")
            if by is not None:
                yield from path_uses(by.text, inner(by), Holder("SLA policy", entry.key.text), values.model)
    yield from uses_in_tests(root, values)


def _old_names(body: Node | None, name: Name) -> Iterator[Use]:
    for old in texts(body, "was"):
        yield Use(name, inner(old), Holder(name.kind.value, name.id), Role.EARLIER)


def _of_score(entry: Entry, model: Model) -> Iterator[Use]:
    """Its old names and its classes: the first place of a class, where it is given, is its definition."""
    body, score = entry.value, Name(Kind.SCORE, entry.key.text)
    yield from _old_names(body, score)
    path = SCORE + score.id
    known, defined = options_at(path, model), set[str]()
    for word in _classes(body):
        if word.text in known:
            role = Role.USE if word.text in defined else Role.DEFINITION
            defined.add(word.text)
            yield Use(option(path, word.text), inner(word), Holder("score", score.id), role)


def _classes(body: Node) -> Iterator[Scalar]:
    """The names that a score may come to, where they stand: first what it gives, then what else says of them."""
    found = [
        *(one.value if one.key.text == ELSE else one.key for one in entries(value(body, "classes"))),
        *(one.value for one in entries(value(body, "bins"))),
        *items(value(value(body, "fit"), "quantiles")),
        *(one.key for one in entries(value(value(body, "fit"), "shares"))),
        *items(value(body, "missing")),
    ]
    yield from (one for one in found if isinstance(one, Scalar))


def _of_folders(node: Node | None) -> Iterator[Use]:
    for entry in entries(node):
        yield from _old_names(entry.value, Name(Kind.FOLDER, entry.key.text))
        yield from _of_folders(value(entry.value, "folders"))


def _of_field(entry: Entry, values: Values) -> Iterator[Use]:
    path, declared = entry.key.text, values.model.fields.get(entry.key.text)
    yield from _old_names(entry.value, Name(Kind.FIELD, path))
    yield from _inside(entry.value, path)
    default = value(entry.value, "default")
    if declared is None or default is None:
        return
    for use in values.value(default, declared.type, path, Holder("field", path, "default")):
        if use.name.kind in {Kind.OPTION, Kind.FIELD}:  # references are noted by the reader of the model
            yield use


def _inside(body: Node, path: str) -> Iterator[Use]:
    """The options of a field, and the parts of its records, at any depth."""
    holder = Holder("field", path)
    for item in items(value(body, "options")):
        word = item if isinstance(item, Scalar) else scalar(item, "id")
        if word is not None and not word.is_null:
            name = option(path, word.text)
            yield Use(name, inner(word), holder, Role.DEFINITION)
            yield from _old_names(item, name)
    of = value(body, "of")
    if not isinstance(of, Mapping):
        return
    if is_type(of):
        yield from _inside(of, path)
        return
    for part in of:
        name = Name(Kind.FIELD, f"{path}.{part.key.text}")
        yield Use(name, inner(part.key), holder, Role.DEFINITION)
        yield from _inside(part.value, name.id)
