"""Checking a project that a caller sends: in a process of its own, which ends when it takes too long or too much memory.

Run as a program, this checks the project in a folder and writes the findings as JSON.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ruleflow.service.calls import Answer, in_thread
from ruleflow.service.problems import Fault, Problem

TIME_S = 20.0
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""
_MOST_FILES = 2_000
_LONGEST_PATH = 200
_SHOWN = 20
_TOO_MUCH = 9


def wrong_files(files: Mapping[str, str]) -> list[Fault]:
    """What is wrong with the paths of a project that was sent: each lies inside of it, and none below another file."""
    if len(files) > _MOST_FILES:
        return [
            Fault("/files", "too-many", f"{len(files):,} files are more than {_MOST_FILES:,}, the most that are taken")
        ]
    folders = {str(above) for path in files for above in PurePosixPath(path).parents}
    found = []
    for path in files:
        reason = "it is a file and a folder" if path in folders else _wrong_path(path)
        if reason:
            place = path.encode(errors="replace").decode().replace("~", "~0").replace("/", "~1")
            found.append(Fault(f"/files/{place[:_LONGEST_PATH]}", "wrong-path", reason))
    return found[:_SHOWN]


async def checked(files: Mapping[str, str]) -> Answer | Problem:
    """The findings about a project that was sent."""
    with TemporaryDirectory(prefix="ruleflow-check-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "project"
        await in_thread(_write, folder, files)
        # -P: nothing that was sent can stand in for a module. What is kept for the next time goes with the folder.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", __spec__.name, str(folder)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "RULEFLOW_CACHE": name},
        )
        try:
            async with asyncio.timeout(TIME_S):
                found, _ = await process.communicate()
        except TimeoutError:
            return Problem(422, f"checking this project takes more than {TIME_S:g} seconds", "too-costly")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode == _TOO_MUCH or (process.returncode or 0) < 0:
        return Problem(422, "checking this project takes too much memory or time", "too-costly")
    if process.returncode != 0:
        raise RuntimeError(f"checking a project that was sent failed with {process.returncode}")
    return Answer(found)


def _wrong_path(path: str) -> str:
    """Why a path is none inside of a project; '' where it is one."""
    if not path or len(path.encode(errors="replace")) > _LONGEST_PATH:
        return f"a path has 1 to {_LONGEST_PATH} bytes"
    if not path.isprintable() or "\\" in path:
        return "a path has no control characters and no `\\`"
    if any(part in {"", ".", ".."} for part in path.split("/")):
        return "a path lies inside the project: `rules/route.yaml`"
    return ""


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode(errors="surrogatepass"))


def main() -> None:
    """Check a folder within bounds."""
    _bound()
    from ruleflow.diagnostics.render_json import render_json
    from ruleflow.project.findings import findings_of

    try:
        sys.stdout.write(render_json(findings_of(Path(sys.argv[1]), cached=False)))
    except MemoryError:
        sys.exit(_TOO_MUCH)


def _bound() -> None:
    """Bound what this process may take, where the system can."""
    try:
        import resource
    except ImportError:
        return
    seconds = int(TIME_S) + 1
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
