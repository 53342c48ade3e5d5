"""Policies as teams write them, with `$name` where an application's own words go."""

from __future__ import annotations

DEFAULT_DENY = """\
# Nothing goes in or out unless another policy allows it.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: $namespace
spec:
  podSelector: {}
  policyTypes:
    - Ingress
    - Egress
"""

ALLOW_DNS = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-dns
  namespace: $namespace
  annotations:
    policy.example.com/description: Every pod resolves names through the cluster's DNS.
spec:
  podSelector: {}
  policyTypes:
    - Egress
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
"""

HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: $name
  namespace: $namespace
spec:
"""

PLATFORM = {
    "allow-monitoring": """\
  podSelector:
    matchExpressions:
      - key: app.kubernetes.io/managed-by
        operator: Exists
  policyTypes:
    - Ingress
  ingress:
    # Prometheus scrapes every exporter.
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
          podSelector:
            matchLabels:
              app.kubernetes.io/name: prometheus
      ports:
        - protocol: TCP
          port: metrics
""",
    "allow-ingress-controller": """\
  podSelector:
    matchLabels:
      network.example.com/exposure: public
  policyTypes:
    - Ingress
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ingress-nginx
          podSelector:
            matchLabels:
              app.kubernetes.io/name: ingress-nginx
              app.kubernetes.io/component: controller
      ports:
        - protocol: TCP
          port: http
""",
    "allow-internet": """\
  podSelector:
    matchLabels:
      network.example.com/internet: allowed
  policyTypes:
    - Egress
  egress:
    # Payment providers change their addresses: everything but private ranges.
    - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
              - 10.0.0.0/8
              - 172.16.0.0/12
              - 192.168.0.0/16
              - 169.254.0.0/16
              - 100.64.0.0/10
      ports:
        - protocol: TCP
          port: 443
""",
}
"""Policies that every namespace has, by name: what follows `spec:`."""

POLICY = """\
# Source: $namespace/templates/networkpolicy.yaml
# Who may call $app, and whom it calls. Owned by team $namespace.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: $app
  namespace: $namespace
  labels:
    app.kubernetes.io/name: $app
    app.kubernetes.io/instance: $namespace
  annotations:
    policy.example.com/description: $app listens on $port and is called by $caller only.
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: $app
  policyTypes:
    - Ingress
    - Egress
  ingress:
    # $caller calls the API.
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: $caller_namespace
          podSelector:
            matchLabels:
              app.kubernetes.io/name: $caller
      ports:
        - protocol: TCP
          port: $port
    # Tasks of the same application form a cluster.
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: $app
      ports:
        - protocol: TCP
          port: 7946
        - protocol: UDP
          port: 7946
  egress:
    - to:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: $app
      ports:
        - protocol: TCP
          port: 7946
        - protocol: UDP
          port: 7946
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: $callee_namespace
          podSelector:
            matchLabels:
              app.kubernetes.io/name: $callee
      ports:
        - protocol: TCP
          port: $callee_port
"""

LINK = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: $app, namespace: $namespace}
spec:
  podSelector: {matchLabels: {app: $app}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [podSelector: {matchLabels: {app: $caller}}]
      ports: [{protocol: TCP, port: $port}]
  egress:
    - to: [podSelector: {matchLabels: {app: $callee}}]
      ports: [{protocol: TCP, port: $callee_port}]
"""
"""A small policy, for sets that grow in number only."""
