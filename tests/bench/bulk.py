"""The bulk of real repositories: settings and custom resource definitions that no rule reads."""

from __future__ import annotations

from random import Random

_WORDS = (
    *("account", "address", "audit", "backend", "balance", "batch", "bucket"),
    *("cache", "channel", "client", "cluster", "column", "customer", "default"),
    *("deadline", "delivery", "endpoint", "event", "export", "feature", "gateway"),
    *("header", "index", "interval", "invoice", "journal", "ledger", "limit"),
    *("message", "metric", "order", "partner", "payment", "quota", "region"),
    *("replica", "request", "retry", "route", "schedule", "session", "shard"),
    *("snapshot", "storage", "stream", "tenant", "timeout", "token", "topic"),
    *("upstream", "version", "volume", "window", "worker", "zone"),
)

_EMBEDDED = """\
  # Read by the installer at start-up; nothing here is applied by Kubernetes itself.
  bundled-policy.yaml: |
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: bundled
    spec:
      podSelector: {}
    ---
    kind: List
"""


def config_map(namespace: str, name: str, random: Random) -> str:
    """A ConfigMap of about 11 kB: settings, a web server's configuration and a dashboard."""
    lines = [
        "apiVersion: v1",
        "kind: ConfigMap",
        f"metadata: {{name: {name}, namespace: {namespace}}}",
        "data:",
        *(f'  {_dotted(random)}.{count}: "{random.randrange(10_000)}"' for count in range(140)),
        "  nginx.conf: |-",
        *(_location(random) for _ in range(30)),
        "  dashboard.json: |",
        *(_panel(random) for _ in range(33)),
    ]
    return "\n".join(lines) + "\n" + _EMBEDDED


def _dotted(random: Random) -> str:
    return ".".join(random.choices(_WORDS, k=3))


def _location(random: Random) -> str:
    path, upstream = random.choices(_WORDS, k=2)
    body = f"proxy_pass http://{upstream}:8080; proxy_read_timeout {random.randrange(90)}s;"
    return f"    location /api/v1/{path}/ {{\n      {body}\n    }}"


def _panel(random: Random) -> str:
    words = random.choices(_WORDS, k=6)
    query = f"sum(rate({words[0]}_{words[1]}_total[5m])) by ({words[2]})"
    return f'    {{"title": "{words[3]} {words[4]}", "type": "graph", "expr": "{query}"}},'


def variables(random: Random) -> dict[str, str]:
    """Names and values for a container's environment: `variable0`, `value0` and so on to 4."""
    names = {f"variable{count}": _dotted(random).replace(".", "_").upper() for count in range(5)}
    return names | {f"value{count}": f"v{random.random():.6f}" for count in range(5)}


def definition(number: int, random: Random) -> str:
    """A CustomResourceDefinition of about 150 kB, as operators generate them."""
    kind = f"{random.choice(_WORDS).title()}{number}"
    plural = f"{kind.lower()}s"
    head = [
        "apiVersion: apiextensions.k8s.io/v1",
        "kind: CustomResourceDefinition",
        "metadata:",
        "  annotations:",
        "    controller-gen.kubebuilder.io/version: v0.16.1",
        f"  name: {plural}.example.com",
        "spec:",
        "  group: example.com",
        "  names:",
        f"    kind: {kind}",
        f"    plural: {plural}",
        "  scope: Namespaced",
        "  versions:",
        "  - name: v1",
        "    served: true",
        "    storage: true",
        "    schema:",
        "      openAPIV3Schema:",
        "        type: object",
        "        properties:",
    ]
    fields = [line for count in range(30) for line in _field(f"field{count}", 10, 3, random)]
    return "\n".join([*head, *fields]) + "\n"


def _field(name: str, indent: int, depth: int, random: Random) -> list[str]:
    """One field of a schema, with as many levels of fields below it as `depth` says."""
    said = " ".join(random.choices(_WORDS, k=14))
    lines = [
        f"{name}:",
        "  description: |-",
        f"    {said.capitalize()}.",
        f"    Defaults to {name}.",
    ]
    if not depth:
        lines += ["  maximum: 65535", "  type: integer"]
    else:
        lines += ["  type: object", "  required:", "  - field0", "  properties:"]
    margin = " " * indent
    found = [margin + line for line in lines]
    for count in range(2 if depth else 0):
        found += _field(f"field{count}", indent + 4, depth - 1, random)
    return found
