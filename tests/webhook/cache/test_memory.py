"""The memory of a whole webhook with a big cluster in view."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_webhook.cache.kinds import NAMESPACE, OTHERS, POD, POLICY, SERVICE
from tests.webhook.cache import crowd
from tests.webhook.cache.fake import serving
from tests.webhook.process import client, post, running, wait_for
from tests.webhook.reviews import policy

LIMIT = 100 * 1024
"""KiB, with 5,000 pods and 1,000 policies: what Kyverno and Gatekeeper take is 140 MB and more
without any cluster."""

# As in a pod, where no kubeconfig is read, and the client of Kubernetes not loaded.
_IN_A_POD = """
import ssl, sys
from netlint_webhook import __main__
from netlint_webhook.cache import access
url = sys.argv.pop(1)
access.find = lambda *_: access.Access(url, lambda: "Bearer x", ssl.create_default_context)
sys.exit(__main__.main())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_a_big_cluster_takes_little_memory(tls: Path) -> None:
    with serving() as (api, url):
        for kind in (POLICY, NAMESPACE, POD, SERVICE, *OTHERS):
            api.objects[kind.path] = {}
        crowd.fill(api)
        api.streams = True
        with running(tls, driver=("-c", _IN_A_POD, url)) as webhook:
            webhook.entry("cluster view synced")
            with client(tls / "tls.crt") as calls:
                for number in range(crowd.NAMESPACES):
                    post(webhook, calls, policy("{podSelector: {}}", namespace=f"ns-{number}"))
            api.expire()
            expired = {"kind": "Pod", "reason": "expired"}
            wait_for(lambda: webhook.metric("netlint_cache_relists_total", **expired) == 1)
            api.put(POD.path, crowd.pod(crowd.PODS, "ns-0", "late"))
            late = crowd.PODS + 1
            wait_for(lambda: webhook.metric("netlint_cache_objects", kind="Pod") == late)
            assert _peak(webhook.process.pid) < LIMIT


def _peak(pid: int) -> int:
    """The most memory that a process has had, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
