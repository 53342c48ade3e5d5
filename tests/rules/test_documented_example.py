"""The example of the Kubernetes documentation is right: no errors, whatever is in view."""

from __future__ import annotations

from netlint_rules.finding import Severity
from tests.rules.builders import configuration, lint

EXAMPLE = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: test-network-policy
  namespace: default
spec:
  podSelector:
    matchLabels:
      role: db
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - from:
    - ipBlock:
        cidr: 172.17.0.0/16
        except:
        - 172.17.1.0/24
    - namespaceSelector:
        matchLabels:
          project: myproject
    - podSelector:
        matchLabels:
          role: frontend
    ports:
    - protocol: TCP
      port: 6379
  egress:
  - to:
    - ipBlock:
        cidr: 10.0.0.0/24
    ports:
    - protocol: TCP
      port: 5978
"""


def test_it_has_no_errors() -> None:
    found = lint(EXAMPLE)
    assert [finding.code for finding in found if finding.severity is Severity.ERROR] == []
    assert {finding.code for finding in found if finding.severity is Severity.WARNING} == {"NP401"}


def test_it_has_none_where_everything_is_in_view() -> None:
    found = lint(EXAMPLE, config=configuration(complete=True))
    assert [finding.code for finding in found if finding.severity is Severity.ERROR] == []
