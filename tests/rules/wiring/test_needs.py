"""What the objects of a bundle call for."""

from __future__ import annotations

from netlint_rules.wiring.needs import needs
from tests.rules.builders import workspace
from tests.rules.questions.shop import SERVICE, pod

DB = pod("db", kind="StatefulSet", port=5432) + SERVICE
MONITOR = """\
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: watch}
spec: {serviceAccountName: prom}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: db, namespace: watch}
spec:
  namespaceSelector: {matchNames: [shop]}
  selector: {matchLabels: {app: db}}
  podMetricsEndpoints: [{port: main}]
"""
MAPS = """\
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {url: "db:80", metrics: "db:9187"}
"""


def app(spec: str, container: str = "") -> str:
    return pod("api").replace(
        "{containers: [{name: a,", f"{{{spec}containers: [{{name: a,{container}"
    )


def calls(text: str) -> list[tuple[str, str, str]]:
    """Source, destination and ports of every need."""
    return [
        (
            need.source.name if need.source else "*",
            need.destination.name if need.destination else "API server",
            str(need.ports),
        )
        for need in needs(workspace(text).index)
    ]


def test_settings_name_services() -> None:
    env = 'env: [{name: DB, value: "db:80"}],'
    assert calls(DB + app("", env)) == [("api", "db", "TCP 5432")]
    args = "args: [--metrics=db:9187, --name=db],"
    assert calls(DB + app("", args)) == [("api", "db", "TCP 9187")]
    other = 'env: [{name: DB, value: "db:9999"}],'
    assert calls(DB + app("", other)) == [("api", "db", "TCP 5432"), ("api", "db", "TCP 9187")]
    init = "initContainers: [{name: wait, image: b, command: [wait-for, 'db:80']}], "
    assert calls(DB + app(init)) == [("api", "db", "TCP 5432")]


def test_config_maps_count_where_pods_refer_to_them() -> None:
    assert calls(DB + MAPS + app("")) == []
    key = "env: [{name: URL, valueFrom: {configMapKeyRef: {name: settings, key: url}}}],"
    assert calls(DB + MAPS + app("", key)) == [("api", "db", "TCP 5432")]
    both = [("api", "db", "TCP 5432"), ("api", "db", "TCP 9187")]
    assert calls(DB + MAPS + app("", "envFrom: [{configMapRef: {name: settings}}],")) == both
    assert calls(DB + MAPS + app("volumes: [{configMap: {name: settings}}], ")) == both
    projected = "volumes: [{projected: {sources: [{configMap: {name: settings}}]}}], "
    assert calls(DB + MAPS + app(projected)) == both


def test_load_balancers_let_anybody_in() -> None:
    public = DB.replace(
        "  selector: {app: db}\n  ports", "  type: LoadBalancer\n  selector: {app: db}\n  ports"
    )
    assert calls(public) == [("*", "db", "TCP 5432"), ("*", "db", "TCP 9187")]


def test_prometheus_scrapes_what_monitors_name() -> None:
    assert calls(DB + MONITOR) == [("main", "db", "TCP 5432")]
    assert (
        calls(DB + MONITOR.partition("---\napiVersion: monitoring.coreos.com/v1\nkind: Pod")[0])
        == []
    )


def test_rights_mean_calls_of_the_api_server() -> None:
    binding = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: api}
subjects: [{kind: ServiceAccount, name: robot, namespace: shop}, {kind: User, name: default}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: prom, namespace: watch}
subjects: [{kind: ServiceAccount, name: prom}]
"""
    robot = app("serviceAccountName: robot, ")
    assert calls(robot + pod("web") + binding) == [("api", "API server", "TCP 443, TCP 6443")]
    assert ("main", "API server", "TCP 443, TCP 6443") in calls(MONITOR + binding)


def test_what_is_not_there_is_left_out() -> None:
    named = app("", 'env: [{name: DB, value: "db:80"}],')
    assert calls(SERVICE + named) == [], "no pods"
    without = pod("db").replace("name: main, ", "") + SERVICE + named
    assert calls(without) == [], "no port of that name"
    odd = DB.replace("port: 80,", "protocol: ICMP, port: 80,") + named
    assert calls(odd) == [], "no protocol of policies"
    by_hand = SERVICE.replace("  selector: {app: db}\n", "")
    assert calls(pod("db") + by_hand + named) == [], "endpoints made by hand"
    host = DB + app("hostNetwork: true, ", 'env: [{name: DB, value: "db:80"}],')
    assert calls(host) == [], "no policy is for pods in their nodes' network"
