"""Scalars: the verified table of what the API server reads, and Go's own answers."""

from __future__ import annotations

import math

import pytest

from netlint_rules.source.placeholders import is_placeholder
from netlint_rules.source.reader import TroubleKind, read
from netlint_rules.source.scalars import key_name, plain_value, resolve


@pytest.mark.parametrize("text", ["y", "Y", "yes", "Yes", "on", "ON", "true", "True", "TRUE"])
def test_words_that_are_true(text: str) -> None:
    assert plain_value(text) is True


@pytest.mark.parametrize("text", ["n", "N", "no", "No", "off", "OFF", "false", "False", "FALSE"])
def test_words_that_are_false(text: str) -> None:
    assert plain_value(text) is False


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_words_that_are_null(text: str) -> None:
    assert plain_value(text) is None


@pytest.mark.parametrize("text", ["yEs", "tRUE", "nUll", "oN", "nope", "none", "TCP", "=", "<<"])
def test_words_that_are_text(text: str) -> None:
    assert plain_value(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", 8),
        ("0123", 83),
        ("0o120", 80),
        ("0x50", 80),
        ("8_0", 80),
        ("1e2", 100),
        ("80.0", 80),
        ("1:20", "1:20"),
        ("2020-01-01", "2020-01-01"),
        ("1.10", 1.1),
    ],
)
def test_the_verified_table(text: str, value: object) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("08", 8),
        ("099", 99),
        ("0_8", 8),
        ("0b11", 3),
        ("-0b11", -3),
        ("0B11", 3),
        ("0O17", 15),
        ("0X1f", 31),
        ("0x_5", 5),
        ("+5", 5),
        ("-0", 0),
        ("1_", 1),
        ("1.", 1),
        (".5", 0.5),
        ("-.5", -0.5),
        ("+.5e3", 500),
        ("1_000.5", 1000.5),
        ("1e5_0", 1e50),
        ("1e20", 10**20),
        ("1e21", 1e21),
        ("1e-7", 1e-7),
        ("1e400", "1e400"),
        ("0x1p4", "0x1p4"),
        ("._5", "._5"),
        ("0o8", "0o8"),
        ("0x", "0x"),
        ("-", "-"),
        ("+", "+"),
        (".", "."),
        ("1.2.3", "1.2.3"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("::1", "::1"),
        ("1e", "1e"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", 2**64),
        ("-9223372036854775808", -(2**63)),
        ("0x10000000000000000", "0x10000000000000000"),
        ("+9223372036854775808", 2**63),
        ("٣", "٣"),
    ],
)
def test_what_go_reads(text: str, value: object) -> None:
    assert plain_value(text) == value


def test_a_number_of_any_length_is_read() -> None:
    assert plain_value("9" * 5000) == "9" * 5000
    assert plain_value("0" * 5000) == 0
    assert plain_value("1." + "0" * 5000) == 1


def test_infinity_and_nan_stay_floats() -> None:
    assert plain_value(".inf") == plain_value("+.INF") == math.inf
    assert plain_value("-.Inf") == -math.inf
    assert math.isnan(plain_value(".nan"))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["80", "true", "null", "", "1.10"])
def test_quoted_scalars_are_text(text: str) -> None:
    assert resolve(text, False, None) == text


@pytest.mark.parametrize(
    ("text", "plain", "tag", "value"),
    [
        ("80", False, "tag:yaml.org,2002:int", 80),
        ("80", True, "tag:yaml.org,2002:str", "80"),
        ("80", True, "tag:yaml.org,2002:float", 80),
        ("yes", True, "tag:yaml.org,2002:bool", True),
        ("~", True, "tag:yaml.org,2002:null", None),
        ("2020-01-01", True, "tag:yaml.org,2002:timestamp", "2020-01-01"),
        ("aGk=", True, "tag:yaml.org,2002:binary", "hi"),
        ("80", True, "!custom", "80"),
    ],
)
def test_tags(text: str, plain: bool, tag: str, value: object) -> None:
    assert resolve(text, plain, tag) == value


@pytest.mark.parametrize(
    ("text", "tag"),
    [("abc", "int"), ("yes", "int"), ("1.5", "int"), ("x", "null"), ("1", "bool"), ("a", "binary")],
)
def test_a_tag_that_does_not_fit(text: str, tag: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        resolve(text, True, f"tag:yaml.org,2002:{tag}")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("app", "app"),
        ("y", "true"),
        ("off", "false"),
        ("1", "1"),
        ("0x10", "16"),
        ("1.10", "1.1"),
        ("1e3", "1000"),
        ("80.0", "80"),
        ("1000000.0", "1e+06"),
        ("0.00001", "1e-05"),
        ("123456.789", "123456.79"),
        ("1e39", ".inf"),
        ("-1e39", "-.inf"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("-.inf", "-.inf"),
    ],
)
def test_keys_as_go_prints_them(text: str, name: str) -> None:
    assert key_name(text, True, None) == name
    assert key_name(text, False, None) == text


@pytest.mark.parametrize("text", ["", "null", "18446744073709551615"])
def test_keys_that_the_server_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="a key can't be"):
        key_name(text, True, None)


POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: a}}
spec: {{podSelector: {{matchLabels: {{app: {0}}}}}, ingress: [{1}]}}
"""


def test_nulls_in_a_policy_stay() -> None:
    (document,) = read(POLICY.format("null", "null").encode(), "a.yaml").documents
    spec = {"podSelector": {"matchLabels": {"app": None}}, "ingress": [None]}
    assert document.body["spec"] == spec


def test_a_merge_is_accepted() -> None:
    parsed = read(POLICY.format("a, <<: {x: 1}", "{<<: [{a: 1}, {a: 2, b: 3}]}").encode(), "a.yaml")
    spec = {"podSelector": {"matchLabels": {"app": "a", "x": 1}}, "ingress": [{"a": 1, "b": 3}]}
    assert parsed.documents[0].body["spec"] == spec
    assert parsed.troubles == ()


def test_the_same_key_twice() -> None:
    parsed = read(POLICY.format("a, app: b", "{}").encode(), "a.yaml")
    (trouble,) = parsed.troubles
    assert trouble.kind is TroubleKind.DUPLICATE_KEY
    assert trouble.path == ("spec", "podSelector", "matchLabels", "app")


@pytest.mark.parametrize("value", ["${VAR}", "a-${VAR:-x}-b", "$(POD_CIDR)", "{{ .Values.x }}"])
def test_placeholders(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["$VAR", "{x}", "", 5, None, ["${VAR}"], "10.0.0.0/8", "$5 (x)"])
def test_values_that_are_no_placeholders(value: object) -> None:
    assert not is_placeholder(value)
