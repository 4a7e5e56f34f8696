"""`ruleflow build`: a project as one signed file, the keys that sign, and what a file holds."""

from __future__ import annotations

from pathlib import Path

import click

from ruleflow.cli.exits import WRONG_USAGE
from ruleflow.cli.terminal import folder_argument

_file = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "build",
    help="""Check the project in DIR and write it as one signed file, a bundle, that a server opens without reading YAML.

    The same project and key give the same bytes on every machine. A key that is encrypted is opened with the pass phrase
    in RULEFLOW_KEY_PASSPHRASE.

    Exit: 0 fine, 1 errors in the project or a signature that does not hold, 2 wrong usage or an unreadable file.
    """,
)
@folder_argument
@click.option("--output", "-o", metavar="FILE", type=_file, help="Write the bundle to FILE (support.rfb).")
@click.option("--key", "-k", metavar="KEY", type=_file, help="The private key that signs it.")
@click.option("--new-key", metavar="NAME", type=_file, help="Make a pair of keys instead: NAME.key and NAME.pub.")
@click.option("--show", metavar="FILE", type=_file, help="Say what a bundle holds instead, and who signed it.")
@click.option(
    "--trust",
    metavar="PUB",
    type=_file,
    multiple=True,
    help="With --show: a public key that may have signed it; without one the signature is not checked.",
)
def command(
    folder: Path,
    output: Path | None,
    key: Path | None,
    new_key: Path | None,
    show: Path | None,
    trust: tuple[Path, ...],
) -> int:
    """Build, make keys, or show."""
    from ruleflow.cli import bundles
    from ruleflow.project.errors import BundleError

    if [output, new_key, show].count(None) != 2:
        raise click.UsageError("say one of: -o FILE with --key KEY, --new-key NAME, --show FILE")
    if trust and show is None:
        raise click.UsageError("--trust says whose signature --show accepts")
    if key is not None and output is None:
        raise click.UsageError("--key signs what -o FILE writes")
    try:
        if show is not None:
            return bundles.show(show, trust)
        if new_key is not None:
            return bundles.make_keys(new_key)
        if output is not None and key is not None:
            return bundles.build(folder, output, key)
    except BundleError as error:
        click.echo(f"error: {error}", err=True)
        return WRONG_USAGE
    raise click.UsageError("name the key that signs: --key NAME.key (`ruleflow build --new-key NAME` makes one)")
