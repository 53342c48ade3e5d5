"""NetworkPolicies for a comparison with the API server: valid ones, near misses, broken ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, NamedTuple, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

Body = dict[str, Any]


class Plain(NamedTuple):
    """A scalar that is written without quotes."""

    text: str


PLAIN = """
y Y n N yes Yes no No on On ON off Off OFF true True TRUE false False tRue null Null NULL ~ nil
0 1 -1 +1 80 010 0123 0o120 0O17 0o8 08 09 0x50 0X50 0x1G 0b11 0b12 8_0 8__0 _8 8_ 0x_1F 1_000.5
1e2 1E2 1e-2 12e03 1e+3 1e400 80.0 80.5 .5 5. -0 -0.0 +.5 1.10 0.1e1 1e3_0 . .. .e1 - -- -a +a
1:20 190:20:30 1:60 2020-01-01 2020-01-01T00:00:00Z 12:30:45 0.0.0.0 10.0.0.0/8 ::1 a:b
65535 65536 2147483647 2147483648 -2147483648 -2147483649 4294967376 9223372036854775807
9223372036854775808 18446744073709551615 18446744073709551616 1e20 1e21 123456789012345678901234
.inf -.inf +.Inf .nan .NaN .NAN inf NaN
!a\\ b !!str\\ 80 !!int\\ 80 !!float\\ 1 !!null\\ x !!bool\\ yes "80" '80' "" '' "a\\tb" "\\u00e9"
= << a*b a=b a,b k8s:a @a `a` |a >a &a *a ? ?a :a a# a\\ #b $ ${ é 日本 \u00a0
""".replace("\\ ", "\x00").split()
"""Unquoted words that some reader takes for something else; a few aren't YAML at all."""

PLAINS = st.sampled_from([Plain(word.replace("\x00", " ")) for word in PLAIN])
ODD: SearchStrategy[Any] = st.one_of(
    PLAINS,
    PLAINS,
    st.sampled_from([None, "", True, False, [], {}, 0, -1, 80, 1 << 31, 1 << 63, 0.5, "80", " "]),
    st.sampled_from([[None], [{}], [[]], {"a": None}, {"a": "b"}, {"": {}}, {"Ingress": None}]),
    st.text(max_size=5),
)


def either(good: SearchStrategy[Any], near: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Good values three times out of four."""
    return st.integers(0, 3).flatmap(lambda die: good if die else near)


def words(text: str) -> SearchStrategy[str]:
    return st.sampled_from(text.split(" "))


def some(required: Mapping[str, Any], optional: Mapping[str, Any]) -> SearchStrategy[Body]:
    return st.fixed_dictionaries(dict(required), optional=dict(optional))


LONG = st.sampled_from([63, 64, 253, 254]).map(lambda length: "a" * length)
NAMES = either(
    words("a api-2 a.b 0 allow.dns a--b"),
    st.one_of(words("A a_b -a a- a. .a a..b / . .. %41 é a/b a\n"), LONG, st.just("")),
)
KEYS = either(
    words("app app.kubernetes.io/name A_b.c a/b k8s.io/x 1"),
    st.one_of(
        words("/a a/ a/b/c A.b/c -a a- a@b é a_b/c .a . .a/b //"),
        st.just(""),
        LONG,
        LONG.map(lambda long: f"{long}/a"),
        LONG.map(lambda long: f"a/{long}"),
        st.text(max_size=3),
    ),
)
VALUES = either(
    st.one_of(words("a API_2.1 1 true"), st.just("")),
    st.one_of(words("-a a- a* é <&> a\tb \u2028 \x7f \U0001f600 a/b"), LONG, st.text(max_size=3)),
)
ADDRESSES = either(
    words("10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 0.0.0.0/0 203.0.113.7/32 ::/0 2001:db8::/32"),
    st.one_of(
        words(
            "10.0.0.5/8 10.1.2.3/16 010.0.0.0/8 10.0.0.0/08 10.0.0.0/33 10.0.0.0 10.0.0/8 a/8 /8 "
            "10.0.0.0/ 10.0.0.0/8/8 256.0.0.0/8 10.0.0.0/-1 10.0.0.0/+8 10.0.0.0/0x8 2001:DB8::/32 "
            "2001:0db8::/32 2001:db8:0:0::/64 2001:db8::1/32 ::ffff:10.0.0.0/104 ::FFFF:a00:0/104 "
            "::ffff:10.1.2.3/112 ::ffff:0:0/96 ::10.0.0.0/104 ::ffff:010.0.0.0/104 1::2::3/64 "
            "00001::/16 1:2:3:4:5:6:7:8/128 1:2:3:4:5:6:7::/112 1::%eth0/64 ::/129 ::1/0 "
            "10.0.0.0/000000000000008 1:2:3:4:5:6:1.2.3.4/128 ::1.2.3.4/128 ::1.2.3/128 0000::/0"
        ),
        st.tuples(
            st.ip_addresses(), st.integers(0, 130), st.sampled_from(["", "0", "0x", " "])
        ).map(lambda parts: f"{parts[0]}/{parts[2]}{parts[1]}"),
    ),
)
LABELS = st.dictionaries(KEYS, VALUES, max_size=2)
OPERATORS = either(words("In NotIn Exists DoesNotExist"), words("in = Equals exists <> "))
EXPRESSIONS = some({"key": KEYS, "operator": OPERATORS}, {"values": st.lists(VALUES, max_size=2)})
SELECTORS = either(
    st.sampled_from([{}, {"matchLabels": {"app": "a"}}]),
    some({}, {"matchLabels": LABELS, "matchExpressions": st.lists(EXPRESSIONS, max_size=2)}),
)
NUMBERS = either(
    st.sampled_from([1, 53, 80, 8080, 65535]),
    st.one_of(st.sampled_from([0, -1, 65536, 1 << 31, (1 << 31) - 1]), st.integers(-(1 << 40))),
)
PORT_NAMES = either(
    words("http http-2 a 0a-1"), words("80 - a--b -a a- HTTP a_b ab ab:1 80-90 é " + "a" * 16)
)
PORTS = some(
    {},
    {
        "protocol": either(words("TCP UDP SCTP"), words("tcp ICMP <b> Tcp ")),
        "port": st.one_of(NUMBERS, PORT_NAMES),
        "endPort": NUMBERS,
    },
)
BLOCKS = some({"cidr": ADDRESSES}, {"except": st.lists(ADDRESSES, max_size=3)})
PEERS = either(
    st.sampled_from([{"podSelector": {}}, {"namespaceSelector": {}}]),
    st.one_of(
        some({"ipBlock": BLOCKS}, {}),
        some({}, {"podSelector": SELECTORS, "namespaceSelector": SELECTORS, "ipBlock": BLOCKS}),
    ),
)


def rules(peers: str) -> SearchStrategy[list[Body]]:
    lists = {peers: st.lists(PEERS, max_size=3), "ports": st.lists(PORTS, max_size=3)}
    return st.lists(some({}, lists), max_size=2)


TYPES = st.lists(either(words("Ingress Egress"), words("ingress Egres Both ")), max_size=3)
SPECS = some(
    {},
    {
        "podSelector": SELECTORS,
        "policyTypes": TYPES,
        "ingress": rules("from"),
        "egress": rules("to"),
    },
)
TIMES = either(
    st.just("2026-01-31T12:00:00Z"),
    words(
        "2026-02-30T12:00:00Z 2026-01-31T1:00:00Z 2026-01-31T12:00:00,5+02:00 2026-01-31 x "
        "2026-01-31t12:00:00z 2026-01-31T24:00:00Z 2024-02-29T23:59:60Z 2026-13-01T00:00:00Z"
    ),
)
OWNERS = some(
    {
        "apiVersion": either(words("v1 apps/v1"), words(" / a/ /v1 a/b/c")),
        "kind": either(words("Pod"), words("Event ")),
        "name": either(st.just("a"), st.just("")),
        "uid": either(words("1 2"), st.just("")),
    },
    {"controller": st.booleans(), "blockOwnerDeletion": st.booleans()},
)
FINALIZERS = st.one_of(words("kubernetes orphan foregroundDeletion a.b/c a"), KEYS)
RARE: Mapping[str, Any] = {
    "labels": LABELS,
    "annotations": st.dictionaries(KEYS, st.one_of(VALUES, st.text(max_size=9)), max_size=2),
    "ownerReferences": st.lists(OWNERS, max_size=3),
    "finalizers": st.lists(FINALIZERS, max_size=3),
    "generateName": NAMES,
    "creationTimestamp": TIMES,
    "generation": NUMBERS,
    "uid": st.just("a"),
    "resourceVersion": st.just(""),
    "managedFields": st.lists(
        some({}, {"manager": VALUES, "time": TIMES, "fieldsV1": ODD, "operation": st.just("x")}),
        max_size=1,
    ),
    "namespace": words("A a.b -a é"),
}


@st.composite
def metadata(draw: DrawFn) -> Body:
    """Mostly a name alone."""
    found: Body = {}
    if draw(st.integers(0, 15)):
        found["name"] = draw(either(st.just("a"), NAMES))
    for field in draw(st.lists(st.sampled_from([*RARE, *[""] * 8]), max_size=3)):
        if field:
            found[field] = deepcopy(draw(RARE[field]))
    return found


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of every value below the object's root."""
    steps: list[Any] = []
    if isinstance(value, dict):
        steps = [key for key in value if path or key in ("metadata", "spec")]
    elif isinstance(value, list):
        steps = list(range(len(value)))
    found = [(*path, step) for step in steps]
    return found + [each for place in found for each in places(_at(value, place[-1]), place)]


def _at(value: Any, step: Any) -> Any:
    return value[step]


def misspelt(draw: DrawFn, key: str) -> str:
    return draw(
        st.sampled_from([key.lower(), key.capitalize(), f"{key}s", key[:-1], f"{key} ", "foo"])
    )


def spoil(draw: DrawFn, body: Body, barred: int) -> None:
    """Change one value, or one key, anywhere."""
    known = places(body)
    if not known:
        return
    *way, last = draw(st.sampled_from(known))
    holder: Any = body
    for step in way:
        holder = holder[step]
    change = draw(st.integers(0, 10).filter(lambda number: number != barred))
    if change == 0 and isinstance(holder, dict):
        holder[misspelt(draw, str(last))] = holder.pop(last)
    elif change == 1 and isinstance(holder, dict):
        holder[Plain("foo")] = deepcopy(draw(ODD))
    elif change == 4 and isinstance(holder, dict):
        holder[draw(PLAINS)] = holder.pop(last)
    elif change == 2 and isinstance(holder, list):
        holder.append(deepcopy(draw(ODD)))
    elif change == 3 and isinstance(holder, dict):
        # Another object with the same text is another key of Python's, and the same of YAML's.
        holder[Plain(str(last))] = deepcopy(draw(ODD))
    else:
        holder[last] = deepcopy(draw(ODD))


@st.composite
def policies(draw: DrawFn) -> str:
    """The text of one NetworkPolicy, in YAML's flow style; apiVersion and kind are right."""
    body: Body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": draw(metadata()),
        "spec": deepcopy(draw(SPECS)),
    }
    # Of a repeated key the server never looks at the first value, where it would refuse odd keys.
    barred = draw(st.sampled_from([3, 4]))
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 3]))):
        spoil(draw, body, barred)
    return "\n".join(f"{written(key)}: {written(value)}" for key, value in body.items()) + "\n"


def written(value: object) -> str:
    """A value in flow style."""
    if isinstance(value, Plain):
        return value.text
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(k)}: {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, cast("list[object]", value))) + "]"
    return json.dumps(value)
