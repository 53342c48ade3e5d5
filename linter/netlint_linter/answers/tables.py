"""The map for programs: JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from netlint_linter.answers.entries import Entry, entries_of, port_entries
from netlint_rules.addresses import AddressSet
from netlint_rules.netset import PortSet
from netlint_rules.reach import Connection, Owner

_COLUMNS = ("namespace", "kind", "name", "cidr")


def as_json(connections: Iterable[Connection]) -> str:
    """The connections that are open for sure; ports that only may be open are listed apart."""
    certain: list[str] = []
    possible: list[str] = []
    for each in connections:
        certain += map(_item, _entries(each.source, each.destination, each.ports))
        possible += map(_item, _entries(each.source, each.destination, each.possible - each.ports))
    lists = {"connections": certain, **({"possible": possible} if possible else {})}
    fields = [f'"{name}": [{_lines(items)}]' for name, items in lists.items()]
    return "{\n  " + ",\n  ".join(['"version": 1', *fields]) + "\n}\n"


def _item(entry: Entry) -> str:
    """One entry as a line: mappings for all of a cluster's would take ten times the room."""
    return json.dumps(entry, ensure_ascii=False)


def _lines(items: list[str]) -> str:
    return "\n    " + ",\n    ".join(items) + "\n  " if items else ""


def _entries(
    source: Owner | AddressSet, destination: Owner | AddressSet, ports: PortSet
) -> Iterator[Entry]:
    if ports:
        for start in entries_of(source):
            for end in entries_of(destination):
                yield {"source": start, "destination": end, "ports": port_entries(ports)}


def as_csv(connections: Iterable[Connection]) -> str:
    """A line for each range of ports of each connection; ports that only may be open are marked."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    ends = [f"{side}_{column}" for side in ("source", "destination") for column in _COLUMNS]
    writer.writerow([*ends, "protocol", "from", "to", "certain"])
    for each in connections:
        for ports, certain in ((each.ports, "yes"), (each.possible - each.ports, "no")):
            for entry in _entries(each.source, each.destination, ports):
                start = [entry["source"].get(column, "") for column in _COLUMNS]
                end = [entry["destination"].get(column, "") for column in _COLUMNS]
                for port in entry["ports"]:
                    writer.writerow([*start, *end, *port.values(), certain])
    return text.getvalue()
