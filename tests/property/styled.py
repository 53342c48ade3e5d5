"""Random manifests in random styles: block and flow, comments, quotes, indentation, line ends."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from netlint_rules.source.scalars import plain_value

NAMES = st.sampled_from(["spec", "from", "app", "on", "a b", "x/y.z", "80", "é", "podSelector"])
TEXTS = st.sampled_from(
    [
        "web",
        "8080",
        "true",
        "",
        "a # b",
        "x: y",
        "it's",
        '"q"',
        "10.0.0.0/8",
        "::/0",
        "é日😀",
        "- a",
    ]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 70000), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=10,
)
BODIES = st.dictionaries(NAMES, VALUES, min_size=1, max_size=4)


class Writer:
    """Writes values; every choice of style is drawn anew."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.comments = 0

    def document(self, body: dict[str, Any]) -> str:
        text = "".join(f"{line}\n" for line in self.block(body, 0))
        if self.draw(st.booleans()):
            text = text.replace("\n", "\r\n")
        return text if self.draw(st.integers(0, 3)) else text.rstrip("\r\n")

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def comment(self) -> str:
        self.comments += 1
        return f"# note {self.comments}"

    def trailing(self) -> str:
        return f"  {self.comment()}" if self.chance(4) else ""

    def scalar(self, value: object) -> str:
        if not isinstance(value, str):
            if value is None and self.chance(3):
                return ""
            return json.dumps(value)
        plain = value.isascii() and value.replace("/", "").replace(".", "").isalnum()
        if plain and plain_value(value) == value and self.chance(2):
            return value
        if self.chance(2):
            return "'" + value.replace("'", "''") + "'"
        return json.dumps(value, ensure_ascii=False)

    def text(self, value: str) -> str:
        return self.scalar(value)

    def flow(self, value: object, indent: int) -> list[str]:
        """Flow style on one line or, for collections, with an entry a line."""
        if isinstance(value, dict):
            parts = [
                [f"{self.text(key)}: {first}", *rest]
                for key, item in value.items()
                for first, *rest in [self.flow(item, indent + 2)]
            ]
            return self.brackets("{}", parts, indent)
        if isinstance(value, list):
            return self.brackets("[]", [self.flow(item, indent + 2) for item in value], indent)
        return [json.dumps(value) if value is None else self.scalar(value)]

    def brackets(self, pair: str, parts: list[list[str]], indent: int) -> list[str]:
        lines = [line for part in parts for line in part[1:]]
        if not parts or (not lines and self.chance(2)):
            pad = " " if parts and self.chance(3) else ""
            return [f"{pair[0]}{pad}{', '.join(part[0] for part in parts)}{pad}{pair[1]}"]
        made = [pair[0]]
        for number, (first, *rest) in enumerate(parts):
            if self.chance(6):
                made.append(" " * (indent + 2) + self.comment())
            part = [" " * (indent + 2) + first, *rest]
            part[-1] += "," if number < len(parts) - 1 or self.chance(3) else ""
            part[-1] += self.trailing()
            made += part
        return [*made, " " * indent + pair[1]]

    def block(self, value: Any, indent: int) -> list[str]:
        made: list[str] = []
        pairs = value.items() if isinstance(value, dict) else [(None, item) for item in value]
        for key, item in pairs:
            if self.chance(6):
                made.append(" " * indent + self.comment())
            if self.chance(10):
                made.append("")
            made += self.entry(key, item, indent)
        return made

    def entry(self, key: str | None, value: Any, indent: int) -> list[str]:
        head = " " * indent + ("-" if key is None else f"{self.text(key)}:")
        if not isinstance(value, dict | list) or not value or self.chance(3):
            first, *rest = self.flow(value, indent)
            if value is None and self.chance(2):
                first = ""
            lines = [f"{head} {first}".rstrip(), *rest]
            lines[-1] += self.trailing()
            return lines
        if key is None and self.chance(2):
            inner = self.block(value, indent + 2)
            if inner[0].strip() and not inner[0].lstrip().startswith("#"):
                return [f"{head} {inner[0].lstrip()}", *inner[1:]]
            return [head, *inner]
        least = 0 if key is not None and isinstance(value, list) else 1
        deeper = self.draw(st.sampled_from([0, 2, 4] if not least else [2, 3, 4]))
        return [head + self.trailing(), *self.block(value, indent + deeper)]


@st.composite
def manifests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A text with the value that it was written from."""
    body = draw(BODIES)
    return Writer(draw).document(body), body


@st.composite
def operations(draw: st.DrawFn, body: dict[str, Any]) -> dict[str, Any]:
    """One operation of RFC 6902 that fits a value."""
    places = [pointer for pointer in pointers(body, "") if pointer[0]]
    pointer, kind = draw(st.sampled_from(places))
    match draw(st.sampled_from(["remove", "replace", "add", "add", "rename"])):
        case "remove" if pointer.count("/") > 1 or len(body) > 1:
            return {"op": "remove", "path": pointer}
        case "replace":
            return {"op": "replace", "path": pointer, "value": draw(VALUES)}
        case "rename" if kind == "field":
            target = pointer.rpartition("/")[0] + "/renamed"
            return {"op": "move", "from": pointer, "path": target}
    holder, kind = draw(st.sampled_from(list(containers(body, ""))))
    last = "new" if kind is dict else draw(st.sampled_from(["-", "0"]))
    return {"op": "add", "path": f"{holder}/{last}", "value": draw(VALUES)}


def pointers(value: Any, prefix: str, kind: str = "root") -> Any:
    yield prefix, kind
    if isinstance(value, dict):
        for key, item in value.items():
            yield from pointers(item, f"{prefix}/{key.replace('/', '~1')}", "field")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from pointers(item, f"{prefix}/{index}", "item")


def containers(value: Any, prefix: str) -> Any:
    if isinstance(value, dict):
        yield prefix, dict
        for key, item in value.items():
            yield from containers(item, f"{prefix}/{key.replace('/', '~1')}")
    elif isinstance(value, list):
        yield prefix, list
        for index, item in enumerate(value):
            yield from containers(item, f"{prefix}/{index}")
