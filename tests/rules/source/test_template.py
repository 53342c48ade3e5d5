"""Helm templates and placeholders: what can't be read before something fills it in."""

from __future__ import annotations

import pytest

from netlint_rules.source.document import Span
from netlint_rules.source.reader import TroubleKind, read

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
spec: {{podSelector: {{}}}}
"""
ALERT = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: a}
spec: {text: "{{ $labels.pod }}"}
"""


@pytest.mark.parametrize("name", ["{{ .Values.name }}", "'{{ .Values.name }}'", "a-{{ .x }}"])
def test_a_templated_policy_is_no_document(name: str) -> None:
    parsed = read(POLICY.format(name=name).encode(), "a.yaml")
    (trouble,) = parsed.troubles
    assert (trouble.kind, parsed.documents, parsed.total) == (TroubleKind.TEMPLATE, (), 1)
    assert trouble.span == Span(4, 9 + name.index("{{"), 4, 11 + name.index("{{"))
    assert "helm template" in trouble.message


@pytest.mark.parametrize(
    "text",
    [
        "{{- if .Values.x }}\n" + POLICY.format(name="a") + "{{- end }}\n",
        POLICY.format(name="a") + "  {{- toYaml .Values.x | nindent 2 }}\n",
        POLICY.format(name="a").replace("Policy\n", "Policy\n{{ .x }}: y\n"),
        "replicas: {{ .Values.replicas }}\nkind: Deployment\napiVersion: apps/v1\n",
        "a: [{{ x }}\n",
    ],
)
def test_a_template_is_no_yaml_error(text: str) -> None:
    (trouble,) = read(text.encode(), "a.yaml").troubles
    assert trouble.kind is TroubleKind.TEMPLATE


def test_one_trouble_a_file_and_the_other_documents_are_read() -> None:
    templates = [POLICY.format(name=name) for name in ("{{ x }}", "{{ y }}")]
    text = "---\n".join([templates[0], ALERT, templates[1], ALERT])
    parsed = read(text.encode(), "a.yaml")
    assert [trouble.kind for trouble in parsed.troubles] == [TroubleKind.TEMPLATE]
    assert [document.kind for document in parsed.documents] == ["PrometheusRule"] * 2
    assert parsed.total == 4


def test_braces_in_a_comment_are_no_template() -> None:
    assert len(read((POLICY.format(name="a") + "# {{ x }}\n").encode(), "a.yaml").documents) == 1


def test_the_place_is_not_in_a_comment() -> None:
    text = "# {{ x }}\n" + POLICY.format(name="{{ y }}")
    (trouble,) = read(text.encode(), "a.yaml").troubles
    assert trouble.span == Span(5, 9, 5, 11)


def test_rendered_text_is_no_template() -> None:
    data = POLICY.format(name="'{{ x }}'").encode()
    parsed = read(data, "chart", rendered_from="chart")
    assert parsed.troubles == ()
    assert parsed.documents[0].origin.rendered_from == "chart"
    (trouble,) = read(b"a: {{ x }\n", "chart", rendered_from="chart").troubles
    assert trouble.kind is TroubleKind.YAML_ERROR


def test_placeholders_are_values() -> None:
    parsed = read(POLICY.format(name="${NAME}").encode(), "a.yaml")
    assert (parsed.documents[0].name, parsed.troubles) == ("${NAME}", ())
