"""The actions of the language, as data."""

from __future__ import annotations

from collections.abc import Mapping

from ruleflow.model.rules import ActionType, Parameter
from ruleflow.types.terms import Choice, Kind, Reference, SetOf, Simple

_TEAM = Reference((Kind.TEAM,))
_AGENT = Reference((Kind.AGENT,))
_SEGMENTS = SetOf(Reference((Kind.SEGMENT,)))
_TAGS = Parameter("tags", SetOf(Simple.TEXT), required=True, title="Tags, as literal text.")
_INTO = Parameter("segments", _SEGMENTS, required=True, title="Segments.")

STRATEGIES = ("direct", "round_robin", "least_loaded")

SET = "set"

_ALL = (
    ActionType(SET, (), title="Writes fields."),
    ActionType(
        "route",
        (
            Parameter("team", _TEAM, title="The team that gets the ticket."),
            Parameter("agent", _AGENT, title="The agent who gets the ticket."),
            Parameter("skills", SetOf(Reference((Kind.SKILL,))), title="What the agent must be able to do."),
            Parameter("only_if_unassigned", Simple.BOOLEAN, title="Only where nobody has the ticket yet."),
            Parameter("strategy", Choice(STRATEGIES), title="How an agent of the team is chosen."),
        ),
        any_of=("team", "agent", "skills"),
        title="Says who handles the ticket.",
    ),
    ActionType("set_sla", (Parameter("policy", Reference((Kind.SLA,)), required=True, title="The policy."),), main="policy", title="Puts the ticket under an SLA policy."),
    ActionType(
        "send",
        (
            Parameter("template", Reference((Kind.TEMPLATE,)), required=True, title="The message."),
            Parameter("to", Simple.TEXT, required=True, title="The address, an expression.", expression=True),
            Parameter("delay", Simple.DURATION, title="How long to wait before sending."),
        ),
        title="Sends a message.",
    ),
    ActionType(
        "notify",
        (
            Parameter("team", _TEAM, title="The team to tell."),
            Parameter("agent", _AGENT, title="The agent to tell."),
            Parameter("text", Simple.TEXT, required=True, title="What to tell, with placeholders."),
        ),
        any_of=("team", "agent"),
        title="Tells a team or an agent.",
    ),
    ActionType("add_tags", (_TAGS,), main="tags", title="Adds tags to the ticket."),
    ActionType("remove_tags", (_TAGS,), main="tags", title="Removes tags from the ticket."),
    ActionType("add_to_segments", (_INTO,), main="segments", title="Puts the contact into segments."),
    ActionType("remove_from_segments", (_INTO,), main="segments", title="Takes the contact out of segments."),
    ActionType(
        "add_watchers",
        (Parameter("watchers", SetOf(Reference((Kind.TEAM, Kind.AGENT))), required=True, title="Teams and agents."),),
        main="watchers",
        title="Lets teams or agents follow the ticket.",
    ),
    ActionType("note", (Parameter("text", Simple.TEXT, required=True, title="The note, with placeholders."),), main="text", title="Writes a note on the ticket."),
    ActionType(
        "webhook",
        (
            Parameter("url", Simple.TEXT, required=True, title="The address, with placeholders."),
            Parameter("body", Simple.TEXT, title="What to send, with placeholders."),
        ),
        main="url",
        title="Calls another program.",
    ),
    ActionType("deny", (Parameter("reason", Simple.TEXT, required=True, title="The reason, with placeholders."),), main="reason", title="Refuses what was asked for."),
    ActionType("stop", (Parameter("stop", Simple.BOOLEAN, required=True, title="`true`."),), main="stop", title="Lets no later stage run."),
)  # fmt: skip

STANDARD_ACTIONS: Mapping[str, ActionType] = {
    action.name: ActionType(action.name, action.parameters, action.main, action.any_of, action.title, standard=True)
    for action in _ALL
}
