"""Every code there is. A number is never reused, not even when its check goes away.

0xx files, 1xx YAML and shape, 2xx expression syntax, 3xx names, 4xx types, 5xx meaning,
6xx facts and evaluation, 7xx calendars and SLA, 8xx lint, 9xx our own defects.
"""

from __future__ import annotations

from ruleflow.diagnostics.diagnostic import Code, Severity

CODES: dict[str, Code] = {}


def _error(number: str, slug: str, title: str) -> Code:
    return _register(Code(number, slug, Severity.ERROR, title))


def _warning(number: str, slug: str, title: str) -> Code:
    return _register(Code(number, slug, Severity.WARNING, title))


def _note(number: str, slug: str, title: str) -> Code:
    return _register(Code(number, slug, Severity.NOTE, title))


def _register(code: Code) -> Code:
    if code.number in CODES:
        raise ValueError(f"{code.number} is taken")
    CODES[code.number] = code
    return code


# 0xx: files
# 1xx: YAML and shape
# 2xx: expression syntax
# 3xx: names
# 4xx: types
# 5xx: meaning
# 6xx: facts and evaluation
# 7xx: calendars and SLA
# 8xx: lint
# 9xx: defects of ours

# the reader of the model: shape
WRONG_NODE = _error("RF110", "wrong-kind", "A list, a mapping or a single value where another of them belongs")
UNKNOWN_KEY = _error("RF111", "unknown-key", "A key that does not belong there")
MISSING_KEY = _error("RF112", "missing-key", "A key that must be given")
NOT_AN_ID = _error("RF113", "not-an-id", "A name that rules cannot use as an id")
NOT_A_FLAG = _error("RF114", "not-a-flag", "Something other than `true` or `false`")
NOT_A_NUMBER = _error("RF115", "not-a-number", "Something other than a number")
NOT_ONE_OF = _error("RF116", "not-one-of", "A word that is not one of those that may stand there")
NOT_A_TIME = _error("RF117", "not-a-time", "A date, an instant, a time or a duration that cannot be read")
EMPTY_VALUE = _error("RF118", "empty-value", "A key or an item without a value")
NOT_ONE_KEY = _error("RF119", "not-one-key", "Several keys where exactly one belongs")
WRONG_FILE = _error("RF120", "wrong-file", "A key that belongs in another file")
NO_ROOT_FILE = _error("RF122", "no-root-file", "A project without `ruleflow.yaml`")
WRONG_LANGUAGE = _error("RF123", "wrong-language-version", "A version of the language that this ruleflow does not read")
UNKNOWN_ZONE = _error("RF124", "unknown-zone", "A time zone that does not exist")
NOT_A_COLOR = _error("RF125", "not-a-color", "Something other than a colour such as `#c8102e`")
BAD_FIELD_PATH = _error("RF126", "bad-field-path", "A name that a field may not have")
WRONG_TYPE_OF_FIELD = _error("RF127", "wrong-field-type", "A type of field that cannot be read")
KEY_DOES_NOT_FIT = _error("RF128", "key-does-not-fit", "A key that says nothing for a field of that type")
DEFAULT_DOES_NOT_FIT = _error("RF129", "default-does-not-fit", "A default that is not a value of the field")
TWICE_IN_LIST = _error("RF130", "twice-in-list", "The same item twice in a list of different ones")
UNKNOWN_ACTION = _error("RF131", "unknown-action", "An action that does not exist")
PLACEHOLDER_IN_LIST = _error("RF134", "placeholder-in-list", "A placeholder in a list of literal texts")
FILE_MISSING = _error("RF135", "file-missing", "A file that the project names and does not have")
BAD_HEADER = _error("RF136", "bad-template-header", "A template whose header does not end")
BAD_TEMPLATE = _error("RF137", "bad-template", "A template that is not valid Liquid")
BAD_CALENDAR = _error("RF138", "bad-calendar", "A calendar that cannot be read")
BAD_TARGET = _error("RF139", "bad-target", "A target, a warning or a rollout that cannot be read")
NOTHING_EXPECTED = _error("RF140", "nothing-expected", "A test that expects nothing")
BAD_PATTERN = _error("RF141", "bad-pattern", "A pattern of a field that is not a regular expression")
TIME_RULE_EVENTS = _error("RF143", "time-rule-events", "A time rule that also says `on` or `once`")
UNCLEAR_STEP = _error("RF144", "unclear-step", "A step of a test with an event and `advance_to`")
SEVERAL_PROMISES = _error("RF145", "several-promises", "A property that promises more than one thing")
BAD_TABLE = _error("RF150", "bad-table", "A decision table that cannot be read")
WRONG_ROW = _error("RF151", "wrong-row", "A row of a table with too many or too few cells")
EMPTY_CELL = _error("RF152", "empty-cell", "A cell of a table in which nothing stands")
BAD_ROW_ID = _error("RF153", "bad-row-id", "A row of a table whose id cannot be one")
LACKS_PARAMETER = _error("RF154", "lacks-parameter", "A row that says a part of an action and not what it needs")
SCORE_FORM = _error("RF160", "score-form", "A score that is made in two ways, or steps of something that is no number")
BAD_BIN = _error("RF161", "bad-bin", "A bin of a score that is no comparison with a value")
UNREACHED_BIN = _error("RF162", "unreached-bin", "A bin, a class or a share of a score for which nothing is left")
MIXED_RESULTS = _error("RF163", "mixed-results", "A score that gives numbers and names")
EMPTY_RANGE = _error("RF142", "empty-range", "A lower end above the upper end")

# the reader of the model: names
DEFINED_TWICE = _error("RF301", "defined-twice", "One name for two things")
RESERVED_NAME = _error("RF313", "reserved-name", "A name that the language keeps for itself")

# the checker: names
UNKNOWN_FACT = _error("RF302", "unknown-fact", "A dotted name that is not a field")
UNKNOWN_WORD = _error("RF303", "unknown-word", "A bare name that means nothing where it stands")
UNKNOWN_THING = _error("RF304", "unknown-thing", "A reference to a thing that the project does not define")
UNKNOWN_FUNCTION = _error("RF305", "unknown-function", "A call of something that is not a function")
UNKNOWN_EVENT = _error("RF306", "unknown-event", "A rule or a property for an event that does not exist")
UNKNOWN_STAGE = _error("RF307", "unknown-stage", "A rule in a stage that the project does not list")
DEFINITION_CLASH = _error("RF308", "definition-clash", "A definition whose name could be taken for something else")
CYCLE = _error("RF309", "cycle", "Definitions, scores, segments or contracts made of themselves")
ITEM_OUTSIDE = _error("RF310", "item-outside-list", "`it` outside a list")
UNKNOWN_PART = _error("RF311", "unknown-part", "A part that the records of a list do not have")
OUTCOME_OUTSIDE = _error("RF314", "outcome-outside-promise", "The outcome asked where nothing is decided yet")
AMBIGUOUS_THING = _error("RF312", "ambiguous-thing", "A reference that two things answer to")

# the checker: types
UNLIKE = _error("RF401", "unlike-types", "A comparison of values that can never be equal")
WRONG_TYPE = _error("RF402", "wrong-type", "A value of the wrong type")
UNKNOWN_OPTION = _error("RF403", "unknown-option", "A word that is not an option of the field")
NOT_ORDERED = _error("RF404", "not-ordered", "An order test on values without order")
MISSING_IN_NEGATION = _error("RF405", "missing-in-negation", "A negated test on a value that may be missing")
MAY_BE_MISSING = _error("RF406", "may-be-missing", "A value that may be missing where one is needed")
WRONG_ARITY = _error("RF407", "wrong-arity", "A function with too few or too many arguments")
BAD_REGEX = _error("RF408", "bad-regex", "A regular expression that does not compile")
MIXED_DURATIONS = _error("RF409", "mixed-durations", "Exact time mixed with days")
NOT_A_COLLECTION = _error("RF410", "not-a-collection", "A set or list is needed")
TEXT_LOOKS_LIKE_FACT = _warning("RF411", "text-looks-like-fact", "Literal text that is the name of a field")
BAD_ARITHMETIC = _error("RF412", "bad-arithmetic", "Values that cannot be added, subtracted, multiplied or divided")
RESOLVE_DOES_NOT_FIT = _error("RF413", "resolve-does-not-fit", "A `resolve` that the type of the field does not allow")
PATTERN_NOT_LITERAL = _error("RF414", "pattern-not-literal", "A regular expression that is not a text in quotes")
CHANGED_NEEDS_FIELD = _error("RF415", "changed-needs-field", "`changed` of something that is not a field")
NOT_WRITABLE = _error("RF416", "not-writable", "A `set` of something that no rule may write")
NOT_A_GIVEN_FIELD = _error("RF418", "not-a-given-field", "`monotone` in something that does not come with the facts")
SECRET_LEAVES = _error("RF417", "secret-leaves", "A secret written to a field that is none")

# the checker: views
NOT_IN_A_VIEW = _error("RF419", "not-in-a-view", "A view that asks what its records do not have")

# the checker: messages
UNKNOWN_PLACEHOLDER = _error("RF320", "unknown-placeholder", "A placeholder of a message that is not a field")
EMPTY_PLACEHOLDER = _warning("RF321", "empty-placeholder", "A placeholder of a message that may be empty")

# the checker: meaning
READS_OWN_STAGE = _warning("RF501", "reads-own-stage", "A rule reads what another rule of its stage writes")
SCORE_NOT_FITTED = _warning("RF540", "score-not-fitted", "A score whose bounds were never found")
UNUSED_DEFINITION = _warning("RF502", "unused-definition", "A definition that nothing uses")
NEVER_MATCHES = _warning("RF504", "never-matches", "A condition that no ticket fulfils")
ALWAYS_TRUE = _warning("RF505", "always-true", "A condition that every ticket fulfils")
NEVER_FIRST = _warning("RF506", "never-first", "A rule that others of its stage never leave a ticket to")
NEVER_STANDS = _warning("RF507", "never-stands", "A rule of which nothing ever stands")
EITHER_IS_NOT = _warning("RF508", "either-is-not", "Two negated tests of one text joined by `or`")
ORDER_DECIDES = _warning("RF509", "order-decides", "Two values for one field, of which the order of rules picks one")
UNREACHED = _warning("RF510", "unreached", "An SLA policy or a template that nothing reaches")
UNROUTED = _warning("RF511", "unrouted", "A ticket that is created and that nobody gets")
PROMISE_ABOUT_FACTS = _warning("RF530", "promise-about-facts", "A promise that asks nothing of the decision")
GAP = _warning("RF520", "gap", "A ticket that no row of a table takes")
OVERLAP = _warning("RF521", "overlap", "Two rows of a table of which only one may match, and a ticket that both take")
SHADOWED_ROW = _warning("RF522", "shadowed-row", "A row that the rows above it never leave a ticket to")
DUPLICATE_ROW = _warning("RF523", "duplicate-row", "A row that asks the same as one above it")
ROW_DOES_NOTHING = _warning("RF524", "row-does-nothing", "A row of a table that does nothing")
NOT_FULLY_CHECKED = _warning("RF525", "not-fully-checked", "A table too large to be looked through")
UNUSED_STAGE = _warning("RF503", "unused-stage", "A stage without rules")

# facts at the door
WRONG_FACT = _error("RF601", "wrong-fact", "A fact of the wrong type")
WRONG_FORMAT = _error("RF602", "wrong-format", "A text that does not have the format of its field")
REQUIRED_FACT = _error("RF603", "required-fact", "A required fact is missing")
UNKNOWN_IN_FACTS = _warning(
    "RF604", "unknown-in-facts", "An option or a thing in the facts that the project does not know"
)
OUT_OF_RANGE = _error("RF605", "out-of-range", "A number outside the bounds of its field")
UNKNOWN_EVENT_IN_FACTS = _error("RF606", "unknown-event-in-facts", "A decision asked for an event that does not exist")

# the folder of a project
NO_PROJECT = _error("RF010", "no-project", "A folder that is not a project")
UNREADABLE_FILE = _error("RF011", "unreadable-file", "A file that cannot be read from disk")
OTHER_ENDING = _warning("RF012", "other-ending", "A file whose name ends in `.yml`, which is not read")
TOO_MANY_FILES = _error("RF013", "too-many-files", "More files than a project may have")

# files as text
NOT_UTF8 = _error("RF001", "not-utf8", "A file that is not UTF-8")
TOO_LARGE = _error("RF002", "too-large", "A file larger than 5 MiB")

# YAML
NOT_YAML = _error("RF101", "not-yaml", "A file that is not YAML")
DUPLICATE_KEY = _error("RF102", "duplicate-key", "A key that stands twice in one mapping")
ANCHOR = _error("RF103", "anchor", "A YAML anchor, alias or merge key")
TAG = _error("RF104", "tag", "A YAML tag")
TOO_DEEP = _error("RF105", "too-deep", "YAML nested deeper than 64")
HIDDEN_CHARACTER = _error(
    "RF106", "hidden-character", "A character that hides or reorders text, or breaks lines unseen"
)
SEVERAL_DOCUMENTS = _error("RF107", "several-documents", "More than one YAML document in a file")
COMPLEX_KEY = _error("RF108", "complex-key", "A key that is a list or a mapping")
CUT_BY_COMMENT = _error("RF109", "cut-by-comment", "A value cut off by ` #` inside a quoted text")

# expressions
UNREADABLE_EXPRESSION = _error("RF201", "unreadable-expression", "An expression that cannot be read")
EMPTY_EXPRESSION = _error("RF202", "empty-expression", "An expression without anything in it")
UNKNOWN_UNIT = _error("RF203", "unknown-unit", "A duration with a unit that does not exist")
CHAINED_COMPARISON = _error("RF204", "chained-comparison", "Two comparisons in a row")
MIXED_AND_OR = _warning("RF205", "mixed-and-or", "`and` and `or` side by side without brackets")
OTHER_OPERATOR = _error("RF206", "other-operator", "An operator of another language")
WRONG_QUOTES = _error("RF207", "wrong-quotes", "Typographic quotes around a text")
OPEN_TEXT = _error("RF208", "open-text", "A text without its closing quote")
OPEN_BRACKET = _error("RF209", "open-bracket", "A bracket without its partner")
MISSING_OPERATOR = _error("RF210", "missing-operator", "Two values side by side")
BAD_LITERAL = _error("RF211", "bad-literal", "A date, time, duration or number that does not exist")
EXPRESSION_TOO_LARGE = _error("RF212", "expression-too-large", "An expression that is too long or nested too deeply")
CAPITALS = _error("RF213", "capitals", "A name or an operator in capital letters")
OPEN_PLACEHOLDER = _error("RF214", "open-placeholder", "A `{{` without its `}}`")

# while a decision runs
OVER_BUDGET = _error("RF607", "over-budget", "A rule met a value that is too large to be looked at")
CONFLICT = _error("RF608", "conflicting-writes", "Two rules write different values to a field that may have one only")
MESSAGE_FAILED = _error("RF609", "message-failed", "A message that could not be written")
NO_TICKET_ID = _warning("RF610", "no-ticket-id", "A rule with a rollout, and a ticket without an id")
NOT_UNIQUE = _error("RF612", "not-unique", "Two rows of a table match of which only one may")
NO_VALUE = _error("RF611", "action-without-value", "An action whose required value was missing")

# recorded tickets and their mapping
UNKNOWN_COLUMN = _error("RF620", "unknown-column", "A column that the file of tickets does not have")
COLUMN_TWICE = _error("RF621", "column-twice", "A column whose name stands twice in the heading")
UNCLEAR_MAPPING = _error("RF622", "unclear-mapping", "A part of a mapping that says nothing, or not enough")
BAD_MOMENT_FORMAT = _error("RF623", "bad-moment-format", "A format of dates or instants that cannot be read")
UNKNOWN_ENCODING = _error("RF624", "unknown-encoding", "An encoding that does not exist")

# calendars and SLA
ASKS_THE_CLOCK = _error(
    "RF701", "asks-the-clock", "A condition on which clocks depend that asks for a clock or for the time"
)
LATE_WARNING = _warning("RF702", "late-warning", "A warning that would come before the clock starts")
NEVER_SOLVED = _warning("RF703", "never-solved", "A time to resolve in a project where no ticket is ever solved")
NO_START = _warning("RF704", "no-start", "Clocks of a ticket of which nobody says when it was created")
REPLY_OF_NOBODY = _warning(
    "RF705", "reply-of-nobody", "A reply of which nobody says whether an agent or the contact wrote it"
)
TARGET_IN_DAYS = _warning("RF706", "target-in-days", "A promise about exact time where some target is in days")
CLOCK_IN_PROMISE = _error("RF707", "clock-in-promise", "A promise or an assumption that asks for a clock")

# defects of ours
DEFECT = _error("RF901", "defect", "A defect of ruleflow itself")

# advice: parts of conditions
ALWAYS_TRUE_PART = _warning("RF801", "always-true-part", "A part of a condition that always holds")
NEVER_TRUE_PART = _warning("RF802", "never-true-part", "A part of a condition that never holds")
REDUNDANT_PART = _warning("RF803", "redundant-part", "A part of a condition that changes nothing")
DOUBLE_NEGATION = _note("RF804", "double-negation", "A negation of a negation")
REPEATED_CONDITION = _note("RF805", "repeated-condition", "One condition written out in several rules")

# advice about the values that are compared
CASE_MINDED = _warning("RF806", "case-minded", "A text that people write freely, compared to the letter")
WRONG_CASE = _warning(
    "RF807", "wrong-case", "A text in capitals compared with one in small letters, or the other way round"
)
DECOMPOSED = _warning("RF808", "decomposed-text", "A text whose accents stand apart from their letters")
VALUE_AS_TEXT = _note("RF809", "value-as-text", "A number or a date compared as text")

# advice about whole rules
FIRES_FOR_EVER = _warning("RF810", "fires-for-ever", "A time rule that repeats, also on tickets that are done")
HEARS_ITSELF = _warning("RF811", "hears-itself", "A rule that its own actions call up again and again")
WRITES_WHAT_IS_THERE = _note(
    "RF812", "writes-what-is-there", "A rule that writes the value that its condition asks for"
)
NO_OWNER = _note("RF813", "no-owner", "A rule without an owner where most rules have one")
NO_TITLE = _note("RF814", "no-title", "A rule without a title where most rules have one")
NEVER_TESTED = _note("RF815", "never-tested", "A rule that no test sees act")
OVER = _note("RF816", "over", "A rule whose time is over")
OFF_WITHOUT_NOTE = _note("RF817", "off-without-note", "A rule that is switched off, and nothing says why")
LONE_LABEL = _warning("RF818", "lone-label", "A tag or label that stands once and is nearly like another")
FORGOTTEN_TRIAL = _note("RF819", "forgotten-trial", "A rule that is tried out for long")

# advice about the vocabulary
SLOWER_WHEN_URGENT = _warning("RF820", "slower-when-urgent", "A target that is longer for what is more urgent")
WORSE_WHEN_RATED = _warning("RF821", "worse-when-rated", "A contract of a higher rating that promises a longer time")
NO_WORDING = _note("RF822", "no-wording", "A message without a wording in a language that others have")
UNUSED_THING = _note("RF823", "unused-thing", "A team, calendar, segment or skill that nothing names")

# comments that silence
SILENCES_NOTHING = _warning("RF890", "silences-nothing", "A comment that silences nothing")
NO_REASON = _warning("RF891", "no-reason", "A comment that silences without a reason")
UNCLEAR_ALLOWANCE = _warning("RF892", "unclear-allowance", "A comment to ruleflow that cannot be followed")

ABOUT_ALLOWANCES = frozenset({SILENCES_NOTHING, NO_REASON, UNCLEAR_ALLOWANCE})
PROVED = frozenset(
    {
        NEVER_MATCHES,
        ALWAYS_TRUE,
        NEVER_FIRST,
        NEVER_STANDS,
        EITHER_IS_NOT,
        ORDER_DECIDES,
        UNREACHED,
        UNROUTED,
    }
)
"""What only the prover finds."""

IN_TABLES = frozenset({GAP, OVERLAP, SHADOWED_ROW, DUPLICATE_ROW, NOT_FULLY_CHECKED})
"""What is found by holding the rows of tables against each other, which takes no prover."""


def may_be_silenced(code: Code) -> bool:
    """Whether a comment may say that a finding is meant: one about meaning or style."""
    return code.number.startswith(("RF5", "RF8")) and code not in ABOUT_ALLOWANCES


def is_linted(code: Code) -> bool:
    """Whether only `ruleflow lint` looks for it."""
    return code.number.startswith("RF8") and code not in ABOUT_ALLOWANCES
