#!/usr/bin/env python3
"""Checks deploy/kubernetes.yaml without a cluster: known fields alone, and names that agree. Needs python3-yaml."""
import pathlib
import sys

import yaml

PROBE = {
    "httpGet": {"path": 0, "port": 0},
    "periodSeconds": 0,
    "timeoutSeconds": 0,
    "failureThreshold": 0,
}
META = {"name": 0, "labels": "*"}
CONTAINER = {
    "name": 0,
    "image": 0,
    "env": [{"name": 0, "value": 0}],
    "ports": [{"name": 0, "containerPort": 0}],
    "startupProbe": PROBE,
    "readinessProbe": PROBE,
    "livenessProbe": PROBE,
    "resources": {"requests": "*", "limits": "*"},
    "volumeMounts": [{"name": 0, "mountPath": 0}],
    "securityContext": {
        "allowPrivilegeEscalation": 0,
        "readOnlyRootFilesystem": 0,
        "capabilities": {"drop": [0]},
    },
}
POD = {
    "automountServiceAccountToken": 0,
    "enableServiceLinks": 0,
    "terminationGracePeriodSeconds": 0,
    "securityContext": {
        "runAsNonRoot": 0,
        "runAsUser": 0,
        "runAsGroup": 0,
        "seccompProfile": {"type": 0},
    },
    "containers": [CONTAINER],
    "volumes": [{"name": 0, "emptyDir": {"sizeLimit": 0}}],
}
METRIC = {
    "type": 0,
    "resource": {"name": 0, "target": {"type": 0, "averageUtilization": 0}},
}
KINDS = {
    ("apps/v1", "Deployment"): {
        "selector": {"matchLabels": "*"},
        "strategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 0}},
        "template": {"metadata": {"labels": "*"}, "spec": POD},
    },
    ("v1", "Service"): {
        "selector": "*",
        "ports": [{"name": 0, "port": 0, "targetPort": 0}],
    },
    ("autoscaling/v2", "HorizontalPodAutoscaler"): {
        "scaleTargetRef": {"apiVersion": 0, "kind": 0, "name": 0},
        "minReplicas": 0,
        "maxReplicas": 0,
        "metrics": [METRIC],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}},
    },
    ("policy/v1", "PodDisruptionBudget"): {
        "minAvailable": 0,
        "selector": {"matchLabels": "*"},
    },
}
complaints = []


def check(value, schema, where):
    """Compares a value with the fields it may have: 0 is any scalar, "*" any map of scalars."""
    if schema == 0:
        if isinstance(value, (dict, list)) or value is None:
            complaints.append(f"{where}: one value is expected")
    elif schema == "*":
        if not isinstance(value, dict):
            complaints.append(f"{where}: a map is expected")
    elif isinstance(schema, list):
        for number, item in enumerate(value if isinstance(value, list) else [None]):
            check(item, schema[0], f"{where}[{number}]")
    elif not isinstance(value, dict):
        complaints.append(f"{where}: fields are expected")
    else:
        for key, item in value.items():
            if key in schema:
                check(item, schema[key], f"{where}.{key}")
            else:
                complaints.append(f"{where}.{key}: no such field is known")


path = pathlib.Path(__file__).with_name("kubernetes.yaml")
documents = {d["kind"]: d for d in yaml.safe_load_all(path.read_text())}
for kind, document in documents.items():
    schema = KINDS.get((document["apiVersion"], kind))
    if schema is None:
        complaints.append(f"{kind}: not known in {document['apiVersion']}")
        continue
    check(
        document,
        {"apiVersion": 0, "kind": 0, "metadata": META, "spec": schema},
        kind,
    )

pod = documents["Deployment"]["spec"]["template"]
labels = pod["metadata"]["labels"]
for kind, selector in {
    "Deployment": documents["Deployment"]["spec"]["selector"]["matchLabels"],
    "Service": documents["Service"]["spec"]["selector"],
    "PodDisruptionBudget": documents["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
}.items():
    if selector != labels:
        complaints.append(f"{kind}: its selector does not find the pods")
container = pod["spec"]["containers"][0]
ports = {port["name"] for port in container["ports"]}
used = [documents["Service"]["spec"]["ports"][0]["targetPort"]]
used += [container[f"{name}Probe"]["httpGet"]["port"] for name in ("startup", "readiness", "liveness")]
if set(used) - ports:
    complaints.append(f"ports {sorted(set(used) - ports)} are not those of the container")
target = documents["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"]
if target != documents["Deployment"]["metadata"]["name"]:
    complaints.append("HorizontalPodAutoscaler: it scales no Deployment of this file")
mounts = {mount["name"] for mount in container["volumeMounts"]}
if mounts != {volume["name"] for volume in pod["spec"]["volumes"]}:
    complaints.append("volumeMounts: they are not the volumes of the pod")
environment = {item["name"]: item["value"] for item in container["env"]}
drain = int(environment["UniRep__DrainDelay"]) + int(environment["UniRep__DrainTimeout"])
if drain >= pod["spec"]["terminationGracePeriodSeconds"]:
    complaints.append("terminationGracePeriodSeconds: shorter than the time to drain")

print("\n".join(complaints) or f"{path.name}: {len(documents)} objects, all fields known")
sys.exit(1 if complaints else 0)
