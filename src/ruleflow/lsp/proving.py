"""What is proved of rules, in a process of its own: it may take long, and ends at once when somebody types."""

from __future__ import annotations

import asyncio
from multiprocessing import get_context
from multiprocessing.connection import Connection

from ruleflow.analysis.solver import is_installed
from ruleflow.diagnostics.allowances import standing
from ruleflow.diagnostics.codes import PROVED
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.project.folder import Folder
from ruleflow.project.loading import check_folder
from ruleflow.project.silencing import with_silenced


async def proved(folder: Folder) -> tuple[Diagnostic, ...]:
    """What is proved of a project whose files are in memory; nothing without the solver, or where it has errors."""
    if not is_installed():
        return ()
    context = get_context("spawn")
    answers, own = context.Pipe(duplex=False)
    process = context.Process(target=_prove, args=(folder, own), daemon=True)
    process.start()
    own.close()
    try:
        found: tuple[Diagnostic, ...] = await asyncio.get_running_loop().run_in_executor(None, answers.recv)
    except EOFError:  # it was killed, or ran out of room
        return ()
    finally:
        process.kill()  # with it the waiting for its answer ends
    return found


def _prove(folder: Folder, answers: Connection) -> None:
    from ruleflow.analysis.dead import find_dead
    from ruleflow.plan.compile import compile_plan

    out = Collector()
    loaded = check_folder(folder, out)
    found: tuple[Diagnostic, ...] = ()
    if not out.has_errors:
        dead = find_dead(compile_plan(loaded.checked, loaded.conditions))
        found = standing(with_silenced(folder, dead, lambda _: False))
    answers.send(tuple(one for one in found if one.code in PROVED))
