"""Synthetic manifests, always the same ones: thousands of files, one large stream, growing sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from string import Template

import yaml

from tests.bench import bulk, policies, workloads

_APPS = (
    *("accounts", "billing", "catalog", "checkout", "delivery"),
    *("exports", "frontend", "gateway", "identity", "invoices"),
    *("orders", "payments", "reports", "search", "stock"),
)
_PORTS = 900
_STYLES = ("plain", "plain", "kubectl", "plain", "flow", "plain", "kubectl", "wide")
_BASE = (policies.DEFAULT_DENY, policies.ALLOW_DNS)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a corpus or a stream holds."""

    files: int
    documents: int
    size: int
    """Bytes."""


def write_files(folder: Path, namespaces: int, definitions: int) -> Counts:
    """A folder for each namespace, about 30 files in each; definitions in a folder of their own."""
    files = documents = size = 0
    for path, texts in _files(namespaces, definitions):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        files, documents = files + 1, documents + len(texts)
        size += target.write_bytes("---\n".join(texts).encode())
    return Counts(files, documents, size)


def write_stream(file: Path, size: int) -> Counts:
    """One file of at least `size` bytes with the documents of as many namespaces as that takes."""
    documents = written = number = 0
    with file.open("wb") as stream:
        while written < size:
            random = Random(f"definition {number}")
            texts = [text for _, part in _namespace(number, number + 2) for text in part]
            texts += [bulk.definition(number, random)] if number % 4 == 0 else []
            number += 1
            documents += len(texts)
            written += sum(stream.write(f"---\n{text}".encode()) for text in texts)
    return Counts(1, documents, written)


def write_namespaces(folder: Path, namespaces: int) -> Counts:
    """One file for each of many namespaces: policies, workloads and Services, no bulk."""
    folder.mkdir()
    documents = size = 0
    for number in range(namespaces):
        parts = _namespace(number, namespaces, settings=False)
        texts = [text for _, part in parts for text in part]
        documents += len(texts)
        size += (folder / f"{_name(number)}.yaml").write_bytes("---\n".join(texts).encode())
    return Counts(namespaces, documents, size)


def write_crowd(folder: Path, policy_count: int, *, pods: bool) -> Counts:
    """One namespace with so many policies, each for one pod; without `pods` there are none."""
    folder.mkdir()
    words = [_member(number, policy_count) for number in range(policy_count)]
    sets = {"policies": [_filled(policies.LINK, **word) for word in words]}
    sets["base"] = [_filled(text, namespace="crowd") for text in (*_BASE, workloads.NAMESPACE)]
    if pods:
        sets["pods"] = [_filled(workloads.POD, **word) for word in words]
    size = sum(
        (folder / f"{name}.yaml").write_bytes("---\n".join(texts).encode())
        for name, texts in sets.items()
    )
    return Counts(len(sets), sum(map(len, sets.values())), size)


def _member(number: int, count: int) -> dict[str, object]:
    before, after = (number - 1) % count, (number + 1) % count
    return {
        "namespace": "crowd",
        "app": f"app-{number}",
        "caller": f"app-{before}",
        "callee": f"app-{after}",
        "port": 8000 + number % _PORTS,
        "callee_port": 8000 + after % _PORTS,
    }


def _files(namespaces: int, definitions: int) -> Iterator[tuple[str, list[str]]]:
    """Paths, and the documents in each of the files."""
    for number in range(definitions):
        random = Random(f"definition {number}")
        yield f"definitions/crd-{number:02}.yaml", [bulk.definition(number, random)]
    for number in range(namespaces):
        for name, texts in _namespace(number, namespaces):
            yield f"teams/{_name(number)}/{name}", texts


def _namespace(
    number: int, namespaces: int, *, settings: bool = True
) -> Iterator[tuple[str, list[str]]]:
    """The files of one namespace: 20 policies, 15 Deployments, 8 or 9 Services, 5 or 6 settings."""
    random = Random(f"namespace {number}")
    where, style = _name(number), _STYLES[number % len(_STYLES)]
    more = number % 8 < 3
    yield "namespace.yaml", [_filled(workloads.NAMESPACE, namespace=where)]
    base = [_filled(_styled(_flawed(text, number), style), namespace=where) for text in _BASE]
    if number % 4:
        yield "zero-trust.yaml", base
    else:
        yield from (("default-deny.yaml", base[:1]), ("allow-dns.yaml", base[1:]))
    for name, spec in policies.PLATFORM.items():
        text = _styled(policies.HEAD + spec, style)
        yield f"{name}.yaml", [_filled(text, name=name, namespace=where)]
    for position in range(len(_APPS)):
        yield from _application(number, position, namespaces, position < 8 + more, random)
    for count in range(5 + more if settings else 0):
        yield f"settings-{count}.yaml", [bulk.config_map(where, f"settings-{count}", random)]


def _application(
    number: int, position: int, namespaces: int, served: bool, random: Random
) -> Iterator[tuple[str, list[str]]]:
    """An application's Deployment, its policy, its Service: in one file, or in a file each."""
    style, words = _STYLES[number % len(_STYLES)], _words(number, position, namespaces, random)
    app = words["app"]
    policy = _flawed(policies.POLICY, number) if position == 7 else policies.POLICY
    templates = {"deployment": workloads.DEPLOYMENT, "networkpolicy": policy}
    if served:
        templates["service"] = workloads.SERVICE
    texts = {name: _filled(_styled(text, style), **words) for name, text in templates.items()}
    if 6 <= position < 9:
        yield from ((f"{app}/{name}.yaml", [text]) for name, text in texts.items())
    else:
        yield f"{app}.yaml", list(texts.values())


def _words(number: int, position: int, namespaces: int, random: Random) -> dict[str, object]:
    """What stands in an application's manifests. Each one is called by the one before it."""
    count = len(_APPS)
    place = number * count + position
    before, after = (place - 1) % (namespaces * count), (place + 1) % (namespaces * count)
    return {
        "namespace": _name(number),
        "app": _APPS[position],
        "port": 8000 + place % _PORTS,
        "caller_namespace": _name(before // count),
        "caller": _APPS[before % count],
        "callee_namespace": _name(after // count),
        "callee": _APPS[after % count],
        "callee_port": 8000 + after % _PORTS,
        "version": f"{random.randrange(9)}.{random.randrange(30)}.{random.randrange(30)}",
        "replicas": random.randrange(1, 6),
        "checksum": f"{random.getrandbits(256):064x}",
        "exposure": "public" if position % 5 == 0 else "internal",
        "internet": "allowed" if position % 7 == 0 else "denied",
        **bulk.variables(random),
    }


def _name(number: int) -> str:
    return f"team-{number:03}"


def _filled(text: str, **words: object) -> str:
    return Template(text).substitute(words)


@cache
def _styled(text: str, style: str) -> str:
    """The same template, as other people or kubectl would write it."""
    if style == "plain":
        return text
    if style == "wide":
        return "".join(map(_widened, text.splitlines(keepends=True)))
    leaves = None if style == "flow" else False
    return yaml.dump(
        yaml.load(text, yaml.CSafeLoader),
        Dumper=yaml.CSafeDumper,
        default_flow_style=leaves,
        sort_keys=style == "kubectl",
    )


def _widened(line: str) -> str:
    content = line.lstrip(" ")
    margin = "  " * (len(line) - len(content))
    return margin + (f"-   {content[2:]}" if content.startswith("- ") else content)


def _flawed(text: str, number: int) -> str:
    """Every twentieth namespace forgets DNS over TCP, and as many split a peer in two."""
    if number % 20 == 7:
        return text.replace("        - protocol: TCP\n          port: 53\n", "")
    if number % 20 == 12:
        return text.replace("          podSelector:\n", "        - podSelector:\n", 1)
    return text
