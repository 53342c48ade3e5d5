"""The answer to `netlint can` as text and as JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from netlint_linter.answers.entries import end_entry, port_entries
from netlint_linter.answers.questions import Answer, Question
from netlint_linter.answers.reasons import reasons
from netlint_linter.output.places import file_span
from netlint_linter.output.terminal import Pen, counted
from netlint_rules.finding import Location
from netlint_rules.questions.names import Names
from netlint_rules.questions.passages import Passage, united
from netlint_rules.reach import Half, Open
from netlint_rules.truth import Truth

WORDS = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "unknown", None: "in part"}
"""An answer in a word."""

_LOOKS = {Truth.YES: "green", Truth.NO: "red", Truth.UNKNOWN: "yellow", None: "yellow"}
_EXIT = {Truth.YES: 0, Truth.NO: 1, None: 1, Truth.UNKNOWN: 2}
_SHOWN = 4


def overall(answers: Sequence[Answer]) -> Truth | None:
    """The answer that all bundles give, None where they differ."""
    return united(passage.every for answer in answers for passage in answer.passages)


def exit_code(answers: Sequence[Answer]) -> int:
    """0 for yes, 1 for no and for in part, 2 where nobody can tell."""
    return _EXIT[overall(answers)]


def text(question: Question, answers: Sequence[Answer], pen: Pen) -> str:
    """The answer with its reasons; those of one bundle for all that say the same."""
    groups: dict[Truth | None, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.truth].append(answer)
    lines = []
    if len(groups) > 1:
        lines.append(f"{pen.paint('it depends on the bundle', 'bold', 'yellow')}: {question}")
    for truth, found in groups.items():
        if len(groups) > 1:
            lines += ["", f"{_painted(truth, pen)} in {_bundles(found)}"]
        else:
            where = f" (in all {len(answers)} bundles)" if len(answers) > 1 else ""
            lines.append(f"{_painted(truth, pen)}: {question}{where}")
        lines += _passages(found[0], pen)
    return pen.text(lines)


def _bundles(answers: Sequence[Answer]) -> str:
    names = [answer.view.name for answer in answers]
    return ", ".join(names[:_SHOWN]) + (
        f" and {len(names) - _SHOWN} more" if names[_SHOWN:] else ""
    )


def _painted(truth: Truth | None, pen: Pen) -> str:
    return pen.paint(WORDS[truth], "bold", _LOOKS[truth])


def _passages(answer: Answer, pen: Pen) -> Iterator[str]:
    """The reasons for one passage of each answer; the others are named with it."""
    groups: dict[tuple[Truth, str], list[Passage]] = defaultdict(list)
    for passage in answer.passages:
        groups[passage.every, _ports(passage)].append(passage)
    single = len(answer.passages) == 1
    for (truth, ports), found in groups.items():
        if not single:
            yield ""
            yield f"{_painted(truth, pen)}: {_listed(found, answer.names)}{ports}"
            if len(found) > 1:
                yield f"  for example {_pair(found[0], answer.names)}:"
        elif ports:
            yield f"  open{ports}"
        port = found[0].open_port() if truth is Truth.YES else found[0].shut_port()
        yield from reasons(found[0].trace(port), port, answer.names, pen)


def _ports(passage: Passage) -> str:
    """The open ports, where they aren't simply those that were asked for."""
    found = passage.through
    if passage.every is Truth.NO and not found.possible:
        return ""
    if passage.ports is not None and passage.every is Truth.YES:
        return ""
    if passage.every is Truth.UNKNOWN:
        return f" on {found.possible}, perhaps"
    return f" on {found.certain}"


def _listed(found: Sequence[Passage], names: Names) -> str:
    if len(found) > _SHOWN:
        return counted(len(found), "pair")
    return ", ".join(_pair(passage, names) for passage in found)


def _pair(passage: Passage, names: Names) -> str:
    return f"{names.end(passage.source)} → {names.end(passage.destination)}"


def as_json(question: Question, answers: Sequence[Answer]) -> str:
    """The answer as JSON, with the same reasons."""
    body = {
        "version": 1,
        "answer": WORDS[overall(answers)],
        "source": str(question.source),
        "destination": str(question.destination),
        "ports": None if question.ports is None else port_entries(question.ports),
        "bundles": [_bundle(answer) for answer in answers],
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _bundle(answer: Answer) -> Mapping[str, Any]:
    return {
        "name": answer.view.name,
        "answer": WORDS[answer.truth],
        "connections": [_passage(passage) for passage in answer.passages],
    }


def _passage(passage: Passage) -> Mapping[str, Any]:
    through: Open = passage.through
    port = passage.open_port() if passage.every is Truth.YES else passage.shut_port()
    trace = passage.trace(port)
    return {
        "source": end_entry(passage.source),
        "destination": end_entry(passage.destination),
        "answer": WORDS[passage.every],
        "ports": port_entries(through.certain),
        "possible": port_entries(through.possible),
        "reasons": [] if trace.same else [_half(half, port) for half in trace.halves],
    }


def _half(half: Half, port: tuple[str, int]) -> Mapping[str, Any]:
    return {
        "direction": half.direction.field,
        "port": {"protocol": port[0], "port": port[1]},
        "answer": WORDS[half.open.answer(*port)],
        "reason": half.why,
        "policies": [
            {
                "name": step.policy.name,
                **_place(step.location),
                "reason": step.reason,
                "rules": [
                    {
                        **_place(rule.location),
                        "answer": WORDS[rule.answer(*port)],
                        "reason": rule.reason(*port),
                    }
                    for rule in step.rules
                ],
            }
            for step in half.steps
        ],
    }


def _place(location: Location) -> Mapping[str, Any]:
    span = file_span(location)
    return {
        "file": location.file,
        "line": span.line if span else None,
        "field": location.api_path,
    }
