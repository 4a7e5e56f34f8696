"""Test results as JUnit XML, which CI systems show."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ruleflow.testing.coverage_text import gap_texts
from ruleflow.testing.results import CaseResult, Report
from ruleflow.testing.words import failure_lines


def render_junit(report: Report, project: str) -> str:
    """One suite, one case for each case of a test; places stand as `file` and `line`."""
    failed = str(len(report.failed))
    suites = Element("testsuites", name=_xml(project), tests=str(len(report.results)), failures=failed)
    suite = SubElement(suites, "testsuite", name=_xml(project), tests=str(len(report.results)), failures=failed)
    _add_coverage(suite, report)
    for result in report.results:
        _add_case(suite, result)
    indent(suites)
    return tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _add_coverage(suite: Element, report: Report) -> None:
    """The coverage, and each thing that no test shows, as properties."""
    properties = SubElement(suite, "properties")
    SubElement(properties, "property", name="coverage.percent", value=f"{report.coverage.percent:g}")
    if report.mutation is not None:
        SubElement(properties, "property", name="mutation.score", value=f"{report.mutation.score:g}")
    for said in gap_texts(report.coverage):
        SubElement(properties, "property", name="coverage.gap", value=_xml(said))


def _add_case(suite: Element, result: CaseResult) -> None:
    source = result.span.source.name
    line = str(result.span.first.line)
    case = SubElement(suite, "testcase", classname=_xml(source), name=_xml(result.name), file=_xml(source), line=line)
    if not result.passed:
        lines = failure_lines(result)
        SubElement(case, "failure", message=_xml(lines[0])).text = _xml("\n".join(lines))


def _xml(text: str) -> str:
    """Text without the characters that XML cannot carry."""
    return "".join(
        one if one in "\t\n\r" or " " <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff" else "�"
        for one in text
    )
