"""Random projects and facts: every operator, every action, every `resolve`, missing and unknown values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.random_tables import tables

STAGES = ["one", "two", "three"]
DRAWN = "drawn: {value: contact.amount, bins: {'>= 60': 3, '> 10': 2, else: 1}}"
BASE = """
segments:
  vip: {external_id: '1'}
  old: {was: [former]}
  rich: {when: contact.amount > 100}
  rich_vip: {when: 'contact.segments has all of [rich, vip]'}
  under_contract: {when: contract is present}
  scored: {when: 'score.kind in [y, z] or score.visits is 3'}
teams: [t1, t2, t3]
agents: [a1, a2]
skills: [s1]
sla: {p1: {targets: {first_reply: 1h}}, p2: {targets: {first_reply: 2h}}}
calendars: {office: {timezone: Europe/Helsinki, hours: {mon-fri: ['09:00-12:00', '13:00-17:00']}}}
contracts:
  c1: {rating: 5, owner: t1, tag: C1, applies_when: ticket.region is 'north', requests: {question: {priority: high}}}
  c2: {rating: 5, owner: a1, calendar: office, folders: {top: {folders: {inner: {title: Inner}}}}}
  c3: {rating: 9, regulation: p1, applies_when: contact.segments has vip}
fields:
  ticket.first: {type: choice, options: [x, y, z], resolve: first}
  ticket.latest: {type: choice, options: [x, y, z], resolve: last}
  ticket.top: {type: choice, options: [x, y, z], ordered: true, resolve: highest}
  ticket.bottom: {type: integer, resolve: lowest}
  ticket.only: {type: choice, options: [x, y, z], resolve: unique}
  ticket.bag: {type: set, of: choice, options: [x, y, z]}
  ticket.flag: {type: boolean}
  ticket.count: {type: integer}
  ticket.took: {type: duration}
  ticket.day: {type: date}
  ticket.clock: {type: time}
  contact.amount: {type: decimal}
  contact.visits: {type: list, of: {place: text, cost: decimal, at: datetime, kind: {type: choice, options: [x, y, z], ordered: true}}}
scores:
  drawn: {value: contact.amount, bins: {'>= 60': 3, '> 10': 2, else: 1}}
  spent: {value: contact.amount, bins: {<= 2.5: c, < 50: b, <= 100: a}, missing: none}
  visits:
    value: sum (contact.visits of it.cost)
    bins: {'> 20': 3, '>= 5': 2, else: 1}
  last_visit: {value: max (contact.visits of it.at), bins: {'< @2026-03-01T00:00': 1, else: 2}}
  fresh: {value: ticket.count}
  worth: {sum: {score.visits: 0.5, ticket.flag: 10, ticket.count: -2, contact.segments has vip: 1.5}}
  worthy: {value: score.worth, bins: {'>= 10': 2, '>= 0': 1, else: 0}, missing: 0}
  code: {join: [score.visits, score.spent, ticket.count]}
  kind: {classes: {z: score.spent is a, y: contract is present, x: ticket.region matches '^n', else: w}}
  rare: {classes: {one: contact.segments has rich_vip, two: score.kind is y}}
  unknown: {value: contact.amount, fit: {quantiles: [1, 2]}}
definitions:
  is_big: contact.amount > 50
  size: ticket.count ?? 0
  weekend: weekday(now) in [sat, sun]
"""

TOTAL = [
    "ticket.first is x",
    "ticket.first is not y",
    "ticket.first is ticket.latest",
    "ticket.top in [x, z]",
    "ticket.top not in [x]",
    "ticket.count is 3",
    "contact.amount is 2.5",
    "ticket.count is contact.amount",
    "ticket.flag",
    "ticket.flag is true",
    "ticket.flag is false",
    "true",
    "contact.segments has vip",
    "contact.segments has any of [rich, old]",
    "contact.segments has all of [rich, vip]",
    "contact.segments has none of [rich_vip, under_contract]",
    "ticket.bag has x",
    "ticket.bag is [x, y]",
    "ticket.tags has 'привет'",
    "ticket.tags has ticket.region",
    "contact.language is present",
    "contact.language is missing",
    "contact.language is blank",
    "contact.language is not blank",
    "ticket.bag is missing",
    "ticket.bag is blank",
    "contract is present",
    "contract is c2",
    "contract.team is t1",
    "ticket.priority is high",
    "ticket.priority >= high",
    "ticket.subject contains 'ää'",
    "ticket.subject starts with any of ['RE:', 'привет']",
    "ticket.subject ends with '!'",
    "ticket.subject contains word 'кот'",
    "ticket.subject exactly contains 'Ä'",
    "ticket.subject matches '\\\\bкот\\\\b'",
    "ticket.subject matches '\\\\d+'",
    "ticket.priority changed",
    "ticket.priority changed to high",
    "ticket.first changed from x to y",
    "ticket.count changed",
    "contact.segments changed",
    "ticket.bag changed",
    "now during office",
    "now outside office",
    "any (contact.visits where it.place is 'Oulu')",
    "all (contact.visits where it.kind is x)",
    "count (contact.visits) > 1",
    "count (contact.visits where it.kind >= y) is 1",
    "sum (contact.visits of it.cost) > 20",
    "sum (contact.visits of it.cost where it.place is present) is 0",
    "weekend",
    "size > 2",
    "size * 2 - 1 >= 3",
    "(ticket.count ?? 7) > (contact.amount ?? 3)",
    "round(contact.amount ?? 2.345, 2) is 2.35",
    "length(ticket.subject) > 3",
    "(if ticket.flag then 1 else 2) is 2",
    "if ticket.first is x then ticket.flag else contact.segments has vip",
    "in_folder(contact.contract_folder, top)",
    "year(now) is 2026",
    "ticket.subject is upper(ticket.subject)",
    "any (contact.emails where it contains 'ä')",
    "score.spent >= b",
    "score.spent is none",
    "score.spent in [a, c]",
    "score.spent is blank",
    "score.visits > 1",
    "score.visits is 2",
    "score.last_visit is present",
    "score.last_visit is 2",
    "score.fresh is 3",
    "score.fresh is missing",
    "score.drawn is missing",
    "score.drawn is 2",
    "score.drawn not in [1, 3]",
    "score.worth is missing",
    "score.worthy >= 1",
    "score.code is '3a2'",
    "score.kind >= y",
    "score.kind is w",
    "score.rare is missing",
    "score.unknown is missing",
    "contact.segments has scored",
    "any (contact.visits where it.cost > score.visits and it.cost is present)",
]
"""Conditions that may stand under `not`: nothing missing turns them around."""

PARTIAL = [
    "all (contact.visits where it.cost > 10)",
    "ticket.count < 3",
    "ticket.count >= contact.amount",
    "contact.amount between 1 and 100.5",
    "contact.amount / ticket.count > 1",
    "contact.amount % ticket.count is 0",
    "-ticket.count < 0",
    "ticket.top > x",
    "ticket.top between x and y",
    "ticket.took > 1h30m",
    "ticket.took * 2 < 4h",
    "ticket.took / 30m > 2",
    "ticket.day + 2 days > @2026-03-01",
    "ticket.clock >= @12:00",
    "now - ticket.created_at > 4h",
    "ticket.created_at + 1 day > now",
    "ticket.created_at during office",
    "ticket.created_at outside office",
    "open_time(ticket.created_at, now, office) > 2h",
    "elapsed(ticket.created_at) > 30m",
    "days_since(ticket.created_at) > 1",
    "age(ticket.day) > 0",
    "contact.language contains 'f'",
    "contact.language starts with 'f'",
    "lower(contact.language) ends with 'i'",
    "ticket.region matches '^n'",
    "contract.rating > 6",
    "max (contact.visits of it.cost) > 15",
    "min (contact.visits of it.kind) < z",
    "is_big",
    "any (contact.visits where it.cost > 10 and it.at during office)",
    "none (contact.visits where it.place is 'Oulu')",
    "domain(contact.language) is 'x'",
    "score.drawn >= 2",
    "score.drawn < 3",
    "score.drawn between 2 and 3",
    "score.worth > 4",
    "score.fresh >= 2",
    "score.code starts with '1'",
    "score.last_visit > 1",
    "score.rare >= two",
    "score.unknown > 1",
]


def conditions() -> st.SearchStrategy[str]:
    """A condition that the checker accepts."""
    total, leaf = st.sampled_from(TOTAL), st.sampled_from(TOTAL + PARTIAL)

    def total_logic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        several = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            inner.map(lambda one: f"not ({one})"),
            several.map(lambda parts: joined(" and ", parts)),
            several.map(lambda parts: joined(" or ", parts)),
        )

    def logic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        several = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(
            several.map(lambda parts: joined(" and ", parts)), several.map(lambda parts: joined(" or ", parts))
        )

    totals = st.recursive(total, total_logic, max_leaves=4)
    return st.recursive(st.one_of(leaf, totals), logic, max_leaves=5)


def joined(word: str, parts: list[str]) -> str:
    """Parts in brackets with a word between them."""
    return word.join(f"({part})" for part in parts)


ACTIONS = [
    "{set: {ticket.first: WORD}}",
    "{set: {ticket.latest: WORD}}",
    "{set: {ticket.top: WORD}}",
    "{set: {ticket.bottom: NUMBER}}",
    "{set: {ticket.bottom: size + 1}}",
    "{set: {ticket.only: WORD}}",
    "{set: {ticket.bag: [WORD]}}",
    "{set: {ticket.flag: true}}",
    "{set: {ticket.count: null}}",
    "{set: {ticket.priority: high}}",
    "{set: {ticket.priority: low}}",
    "{route: {team: TEAM}}",
    "{route: {team: TEAM, agent: contact.account_manager}}",
    "{route: {team: TEAM, only_if_unassigned: true}}",
    "{route: {team: contract.team ?? t3, agent: contract.agent}}",
    "{set_sla: p1}",
    "{set_sla: contract.regulation ?? p2}",
    "{add_tags: [WORD, привет]}",
    "{remove_tags: [WORD]}",
    "{add_to_segments: vip}",
    "{remove_from_segments: old}",
    "{add_watchers: [TEAM, a1]}",
    "{note: 'n {{ ticket.first }} WORD'}",
    "{notify: {team: TEAM, text: hello}}",
    "{deny: 'no WORD'}",
    "{stop: true}",
]


@st.composite
def rules(draw: st.DrawFn) -> str:
    """The rules of a project, as YAML."""
    lines = ["rules:"]
    for at in range(draw(st.integers(1, 7))):
        lines.append(f"  - id: r{at}")
        lines.append(f"    stage: {draw(st.sampled_from(STAGES))}")
        if draw(st.booleans()):
            lines.append(
                f"    on: [{', '.join(draw(st.lists(st.sampled_from(['ticket.created', 'ticket.updated']), min_size=1, unique=True)))}]"
            )
        extra = draw(
            st.sampled_from(
                [
                    "",
                    "",
                    "",
                    "",
                    "",
                    "mode: shadow",
                    "rollout: 50%",
                    "enabled: false",
                    "valid_from: 2026-03-02",
                    "valid_until: 2026-03-02",
                    "valid_until: 2026-03-02T10:00:00+02:00",
                    "on_own_changes: true",
                ]
            )
        )
        if extra:
            lines.append(f"    {extra}")
        if draw(st.integers(0, 9)):
            lines += ["    when: |", f"      {draw(conditions())}"]
        lines.append("    then:")
        rare = draw(st.integers(0, 9))
        chosen = draw(
            st.lists(st.sampled_from(ACTIONS if rare == 0 else ACTIONS[:-2]), min_size=1, max_size=3, unique=True)
        )
        for action in chosen:
            word, team = draw(st.sampled_from("xyz")), draw(st.sampled_from(["t1", "t2", "t3"]))
            lines.append(
                f"      - {action.replace('WORD', word).replace('TEAM', team).replace('NUMBER', str(draw(st.integers(-3, 3))))}"
            )
    return "\n".join(lines) + "\n"


@st.composite
def drawn_score(draw: st.DrawFn) -> str:
    """The score `drawn`, with bins of any kind over a single field."""
    upward = draw(st.booleans())
    bounds = sorted(draw(st.lists(st.integers(-3, 110), min_size=1, max_size=3, unique=True)), reverse=not upward)
    tests = [draw(st.sampled_from(["<=", "<"] if upward else [">=", ">"])) for _ in bounds]
    bins = [f"'{test} {bound}': {draw(st.integers(1, 4))}" for test, bound in zip(tests, bounds, strict=True)]
    bins += [f"else: {draw(st.integers(1, 4))}"] if draw(st.booleans()) else []
    missing = f", missing: {draw(st.integers(1, 4))}" if draw(st.booleans()) else ""
    value = draw(st.sampled_from(["contact.amount", "ticket.count", "score.fresh"]))
    return f"drawn: {{value: {value}, bins: {{{', '.join(bins)}}}{missing}}}"


@st.composite
def projects(draw: st.DrawFn, *, with_tables: bool = True) -> tuple[str, str]:
    """The root file and the rules of a project, and tables of some."""
    stages = ", ".join(f"{{id: {name}, hit: {draw(st.sampled_from(['all', 'all', 'first']))}}}" for name in STAGES)
    own = draw(tables(4, conditions)) if with_tables and draw(st.integers(0, 2)) == 0 else ""
    written = draw(st.permutations([draw(rules()), own]))
    root = f"ruleflow: 1\nproject: random\ntimezone: Europe/Helsinki\nstages: [{stages}]\n"
    return root, BASE.replace(DRAWN, draw(drawn_score())) + "".join(written)


WORDS = st.sampled_from(["x", "y", "z", "x", "y", "z", "nobody"])
TEXTS = st.sampled_from(
    ["", " ", "ÄÄ kissa!", "RE: кот, привет!", "котик 123", "مرحبا 👋", "straße", "fi", "sv-FI", "north", "x"]
)
NUMBERS = st.one_of(st.integers(-5, 120), st.sampled_from([2.5, "2,5", "1e3", 0.1, 100.5, 0])).filter(
    lambda one: one != "1e3"
)
INSTANTS = st.sampled_from(
    [
        "2026-03-02T09:30:00+02:00",
        "2026-03-01T23:59:59Z",
        "2026-03-02T08:00",
        "2025-12-31T10:00:00-05:00",
        "2026-03-29T03:30:00+03:00",
    ]
)
VISITS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "place": st.sampled_from(["Oulu", "Turku"]),
            "cost": st.integers(0, 30),
            "at": INSTANTS,
            "kind": WORDS,
            "other": st.none(),
        },
    ),
    max_size=3,
)


def facts() -> st.SearchStrategy[dict[str, Any]]:
    """Facts that the door lets through, some of them unknown to the project."""
    ticket = {
        "id": st.sampled_from(["T1", "T2", "T3"]),
        "subject": TEXTS,
        "priority": st.sampled_from(["low", "normal", "high", "urgent", "asap"]),
        "first": WORDS,
        "latest": WORDS,
        "top": WORDS,
        "only": WORDS,
        "bottom": st.integers(-5, 5),
        "bag": st.lists(WORDS, max_size=3),
        "flag": st.booleans(),
        "count": st.integers(0, 8),
        "took": st.sampled_from(["30m", "1h30m", "5h"]),
        "day": st.sampled_from(["2026-03-01", "1990-02-28"]),
        "clock": st.sampled_from(["11:59", "12:00"]),
        "created_at": INSTANTS,
        "region": st.sampled_from(["north", "south"]),
        "tags": st.lists(st.sampled_from(["x", "привет", "north"]), max_size=3),
        "team": st.sampled_from(["t1", "nobody"]),
        "contract": st.sampled_from(["c1", "c2", "c9"]),
        "request_type": st.sampled_from(["question", "incident"]),
    }
    contact = {
        "segments": st.lists(st.sampled_from(["vip", "old", "former", "1", "unknown"]), max_size=3),
        "contracts": st.lists(st.sampled_from(["c1", "c2", "c3", "c9"]), max_size=4),
        "contract_folder": st.sampled_from(["top", "inner", "elsewhere"]),
        "account_manager": st.sampled_from(["a1", "a2", "nobody"]),
        "amount": NUMBERS,
        "language": TEXTS,
        "visits": VISITS,
        "emails": st.lists(st.sampled_from(["ä@example.com", "b@example.com"]), max_size=2),
    }
    some = st.fixed_dictionaries({}, optional={name: st.one_of(st.none(), of) for name, of in ticket.items()})
    return st.fixed_dictionaries(
        {
            "ticket": some,
            "contact": st.fixed_dictionaries(
                {}, optional={name: st.one_of(st.none(), of) for name, of in contact.items()}
            ),
        },
        optional={
            "before": st.fixed_dictionaries(
                {},
                optional={
                    "ticket": some,
                    "contact": st.fixed_dictionaries({}, optional={"segments": contact["segments"]}),
                },
            ),
            "event": st.sampled_from([{}, {"caused_by": "d1"}]),
        },
    )
