"""Things that the new version calls otherwise, by `was:`, so that a new name alone is no difference.

Facts may say the old name of such a thing or the new one, so the old version is read as if it had always said the new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.project.folder import Folder, read_folder
from ruleflow.project.loading import check_folder
from ruleflow.project.project import project_of
from ruleflow.project.revisions import Place, Version, folder_at
from ruleflow.review.edits import Edit, Edited, Kind, Renamed, Subject
from ruleflow.types import terms


def in_new_names(old: Version, new: Version) -> Version:
    """The old version under the names of the new one; as it is where nothing was renamed, or where a name cannot be followed."""
    if old.project is None or new.project is None:
        return old
    renamed = tuple(_renamed(old.project.model, new.project.model))
    folder = _folder(old.place) if renamed else None
    if folder is None:
        return old
    from ruleflow.project.edited import edited_folder
    from ruleflow.references.edits import contents_after
    from ruleflow.references.names import Kind as NameKind
    from ruleflow.references.names import Name
    from ruleflow.references.rename import InTheWay, rename

    loaded = check_folder(folder, Collector())
    for kind, before, after in renamed:
        found = rename(folder, loaded.checked, Name(NameKind(kind), before), after)
        if isinstance(found, InTheWay):
            return old
        folder = edited_folder(folder, contents_after(folder, found.edits))
        loaded = check_folder(folder, Collector())
    return replace(old, project=project_of(loaded, (), None))


def _folder(place: Place) -> Folder | None:
    out = Collector()
    return read_folder(place.folder, out) if place.repository is None else folder_at(place, place.repository, out)


def _renamed(old: Model, new: Model) -> Iterator[tuple[str, str, str]]:
    """Kind, old and new id of what is gone and remembered: things, and options of fields, whose old names facts may say."""
    for kind in terms.Kind:
        before, after = old.things(kind), new.things(kind)
        for name, thing in after.items():
            earlier = next((one for one in thing.was if one in before and one not in after), None)
            if earlier is not None and name not in before:
                yield kind.value, earlier, name
    for kind_, had_, has_ in (("view", old.views, new.views), ("score", old.scores, new.scores)):
        for name, named in has_.items():
            earlier = next((one for one in named.was if one in had_ and one not in has_), None)
            if earlier is not None and name not in had_:
                yield kind_, earlier, name
    for path, field in new.fields.items():
        earlier_field = old.fields.get(path)
        if earlier_field is None or field.external_options == earlier_field.external_options:
            continue
        had, has = _options(earlier_field.type), _options(field.type)
        for word, now in field.external_options.items():
            if word in had and word not in has and now not in had:
                yield "option", f"{path}:{word}", f"{path}:{now}"


def _options(kind: terms.Type) -> tuple[str, ...]:
    inside = kind.of if isinstance(kind, terms.SetOf | terms.ListOf) else kind
    return inside.options if isinstance(inside, terms.Choice) else ()


def without_echoes(edits: tuple[Edit, ...], renamed: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits, less those that only follow a new name; `renamed` are the edits of the old version under the new names."""
    own = {_key(edit): edit for edit in renamed}
    return tuple(
        edit if _is_renamed(edit) else own[_key(edit)] for edit in edits if _is_renamed(edit) or _key(edit) in own
    )


def _is_renamed(edit: Edit) -> bool:
    return isinstance(edit, Edited) and any(isinstance(change, Renamed) for change in edit.changes)


def _key(edit: Edit) -> tuple[type, Kind, str]:
    subject: Subject = edit.after if isinstance(edit, Edited) else edit.subject
    return type(edit), subject.kind, subject.id
