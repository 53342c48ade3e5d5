"""The fields and types of a NetworkPolicy, with their names in Go.

Source: k8s.io/api networking/v1 types.go and apimachinery meta/v1 types.go, Kubernetes 1.36. The
type has no `status`: releases before 1.28 had one.
"""

from __future__ import annotations

from netlint_rules.apivalidation.shapes import (
    Anything,
    Flag,
    Integer,
    IntegerOrText,
    ListOf,
    Struct,
    Text,
    Texts,
    Time,
)

_TEXT = Text()
_INT32 = Integer(32)
_INT64 = Integer(64)
_UID = Text("types.UID")
_SELECTOR = Struct(
    "LabelSelector",
    {
        "matchLabels": Texts(),
        "matchExpressions": ListOf(
            Struct(
                "LabelSelectorRequirement",
                {
                    "key": _TEXT,
                    "operator": Text("v1.LabelSelectorOperator"),
                    "values": ListOf(_TEXT),
                },
            )
        ),
    },
)
_PEER = Struct(
    "NetworkPolicyPeer",
    {
        "podSelector": _SELECTOR,
        "namespaceSelector": _SELECTOR,
        "ipBlock": Struct("IPBlock", {"cidr": _TEXT, "except": ListOf(_TEXT)}),
    },
)
_PORTS = ListOf(
    Struct(
        "NetworkPolicyPort",
        {"protocol": Text("v1.Protocol"), "port": IntegerOrText(), "endPort": _INT32},
    )
)
_OWNER = Struct(
    "OwnerReference",
    {
        "apiVersion": _TEXT,
        "kind": _TEXT,
        "name": _TEXT,
        "uid": _UID,
        "controller": Flag(),
        "blockOwnerDeletion": Flag(),
    },
)
_MANAGED_FIELDS = Struct(
    "ManagedFieldsEntry",
    {
        "manager": _TEXT,
        "operation": Text("v1.ManagedFieldsOperationType"),
        "apiVersion": _TEXT,
        "time": Time(),
        "fieldsType": _TEXT,
        "fieldsV1": Anything(),
        "subresource": _TEXT,
    },
)
_METADATA = Struct(
    "ObjectMeta",
    {
        "name": _TEXT,
        "generateName": _TEXT,
        "namespace": _TEXT,
        "selfLink": _TEXT,
        "uid": _UID,
        "resourceVersion": _TEXT,
        "generation": _INT64,
        "creationTimestamp": Time(),
        "deletionTimestamp": Time(),
        "deletionGracePeriodSeconds": _INT64,
        "labels": Texts(),
        "annotations": Texts(),
        "ownerReferences": ListOf(_OWNER),
        "finalizers": ListOf(_TEXT),
        "managedFields": ListOf(_MANAGED_FIELDS),
    },
)
_SPEC = Struct(
    "NetworkPolicySpec",
    {
        "podSelector": _SELECTOR,
        "policyTypes": ListOf(Text("v1.PolicyType")),
        "ingress": ListOf(
            Struct("NetworkPolicyIngressRule", {"from": ListOf(_PEER), "ports": _PORTS})
        ),
        "egress": ListOf(Struct("NetworkPolicyEgressRule", {"to": ListOf(_PEER), "ports": _PORTS})),
    },
)
NETWORK_POLICY = Struct(
    "NetworkPolicy", {"apiVersion": _TEXT, "kind": _TEXT, "metadata": _METADATA, "spec": _SPEC}
)
