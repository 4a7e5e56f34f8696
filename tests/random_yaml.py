"""Random YAML in every way it may be written: blocks, brackets, quotes, comments, odd indents; always readable."""

from __future__ import annotations

from random import Random

_WORDS = [
    "a",
    "vip desk",
    "it's",
    "x: y",
    "# no comment",
    "- dash",
    "",
    "yes",
    "1_000",
    "null",
    "äя",
    "👨‍👩‍👧",
    '"',
    "a\\b",
    " led",
]
_COMMENTS = ["#", "# note", "#! ключ: [x", "# - a: 'b"]


def random_yaml(random: Random, depth: int = 3) -> str:
    """A document; a mapping at its top."""
    return "\n".join([*_noise(random, 0), *_mapping(random, 0, depth)]) + "\n" * random.randrange(3)


def _mapping(random: Random, indent: int, depth: int) -> list[str]:
    lines: list[str] = []
    for number in range(random.randint(1, 3)):
        key = random.choice([f"k{number}", f"'k {number}'", f'"k{number}"'])
        lines += _noise(random, indent) if number else []
        lines += _under(random, " " * indent + key + random.choice([":", ":", " :"]), indent, depth)
    return lines


def _sequence(random: Random, indent: int, depth: int) -> list[str]:
    lines: list[str] = []
    for number in range(random.randint(1, 3)):
        lines += _noise(random, indent) if number else []
        if depth and random.random() < 0.3:  # the first key on the line of the dash
            first, *rest = _mapping(random, indent + 2, depth - 1)
            lines += [" " * indent + "- " + first.lstrip(" "), *rest]
        else:
            lines += _under(random, " " * indent + "-", indent, depth)
    return lines


def _under(random: Random, head: str, indent: int, depth: int) -> list[str]:
    """A value behind a key or a dash."""
    kind = random.randrange(7 if depth else 4)
    spaces = " " * random.choice([1, 1, 2, 5])
    step = indent + random.choice([1, 2, 3, 4])
    if kind == 0:
        return [head + random.choice(["", " ", *(f" {one}" for one in _COMMENTS)])]
    if kind == 1:
        return _block_text(random, head, step)
    if kind <= 3:
        return _several(random, head + spaces + _flow(random, depth), step)
    if kind == 4 and depth:
        return [head + _end(random), *_noise(random, step), *_sequence(random, step, depth - 1)]
    if kind == 5 and depth and head.endswith(":"):
        return [head + _end(random), *_sequence(random, indent, depth - 1)]
    return [head + _end(random), *_noise(random, step), *_mapping(random, step, depth - 1)]


def _block_text(random: Random, head: str, indent: int) -> list[str]:
    sign = random.choice("|>") + random.choice(["", "-", "+"])
    lines = [
        " " * indent + random.choice(["text", "# text", "more: text", "  led", "end "])
        for _ in range(random.randint(1, 3))
    ]
    lines[0] = lines[0][:indent] + lines[0][indent:].lstrip(" ")
    return [f"{head} {sign}{_end(random)}", *lines, *[""] * random.randrange(3)]


def _flow(random: Random, depth: int) -> str:
    kind = random.randrange(5 if depth else 3)
    if kind <= 2:
        return _scalar(random)
    parts = [_flow(random, depth - 1) for _ in range(random.randrange(4))]
    comma = random.choice([", ", " ,", ",", ",  "])
    if kind == 3:
        return "[" + random.choice(["", " "]) + comma.join(parts) + "]"
    pairs = (f"k{number}: {part}" if part else f"k{number}" for number, part in enumerate(parts))
    return "{" + comma.join(pairs) + random.choice(["", " "]) + "}"


def _scalar(random: Random) -> str:
    word = random.choice(_WORDS)
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    single = "'" + word.replace("'", "''") + "'"
    plain = ["plain", "two words", "-1", "true", "~", "2026-03-01", "a" * 40]
    return random.choice([f'"{escaped}"', single, random.choice(plain), '"\\u00e4\\n\\t"'])


def _several(random: Random, line: str, indent: int) -> list[str]:
    """A line, now and then broken after a comma, with a comment there."""
    if ", " not in line or random.random() < 0.5:
        return [line + _end(random)]
    parts = line.split(", ")
    if any(part.count("'") % 2 or part.count('"') % 2 for part in parts):
        return [line + _end(random)]
    lines = [parts[0] + "," + _end(random)]
    lines += [" " * indent + part + "," + _end(random) for part in parts[1:-1]]
    return [*lines, " " * indent + parts[-1] + _end(random)]


def _end(random: Random) -> str:
    return random.choice(["", "", "", "  "]) if random.random() < 0.7 else "  " + random.choice(_COMMENTS)


def _noise(random: Random, indent: int) -> list[str]:
    """Blank lines and comments, at whatever column."""
    return [
        random.choice(["", "", "   ", " " * random.choice([0, indent, indent + 3]) + random.choice(_COMMENTS)])
        for _ in range(random.choice([0, 0, 0, 1, 2, 3]))
    ]
