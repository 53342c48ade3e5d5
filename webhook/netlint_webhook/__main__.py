"""The `netlint-webhook` command."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netlint_webhook import cli
from netlint_webhook.connecting import ConnectionFailedError
from netlint_webhook.settings import ConfigurationError

if TYPE_CHECKING:
    from netlint_webhook.cluster import ClusterView
    from netlint_webhook.current import CurrentSettings
    from netlint_webhook.metrics import Metrics

    Follow = Callable[[Callable[[], None]], Coroutine[Any, Any, None]]
    """Follows a cluster; what it is given is called once everything is read."""

_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal comes; 2 where the arguments or the files are wrong."""
    options = cli.parse(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(options)
    except (ConfigurationError, ConnectionFailedError) as error:
        return _failed(str(error))
    except ModuleNotFoundError as error:
        return _failed(f"no module {error.name}: pip install 'kube-netlint[webhook,cluster]'")
    except OSError as error:
        return _failed(f"{error.filename or 'files'}: {error.strerror or error}")


def _run(options: argparse.Namespace) -> int:
    if options.run:
        return int(options.run(options))
    if options.print_schema:
        return _print_schema()
    if options.check_config:
        from netlint_webhook.configuration import read

        read(options.config.read_bytes(), str(options.config))
        return 0
    if not options.self_signed:
        return _serve(options, options.tls_dir)
    with tempfile.TemporaryDirectory(prefix="netlint-") as folder:
        from netlint_webhook.selfsigned import make_pair

        make_pair(Path(folder))
        return _serve(options, Path(folder))


def _serve(options: argparse.Namespace, tls_dir: Path) -> int:
    from netlint_webhook.current import CurrentSettings
    from netlint_webhook.logs import set_up
    from netlint_webhook.metrics import Metrics
    from netlint_webhook.server import serve
    from netlint_webhook.service import Service
    from netlint_webhook.tls import Certificates, TlsFiles

    set_up(options.log_level)
    metrics, listening = Metrics(), cli.listening(options)
    settings = CurrentSettings(options.config, options.preset, metrics)
    named = TlsFiles(tls_dir / "tls.crt", tls_dir / "tls.key", options.client_ca)
    cluster, follow = _cluster(options, settings, metrics)
    service = Service(cluster, settings, metrics, listening.limits)
    service.warm()
    tasks = [lambda: follow(service.warm)] if follow else []
    serve(service, Certificates(named, metrics), listening, *tasks)
    return 0


def _cluster(
    options: argparse.Namespace, settings: CurrentSettings, metrics: Metrics
) -> tuple[ClusterView, Follow | None]:
    """The view of the cluster, and what keeps it."""
    if options.no_cluster:
        from netlint_webhook.cluster import NoCluster

        return NoCluster(), None
    from netlint_webhook.cache import ClusterCache
    from netlint_webhook.cache.access import find

    try:
        access = find(options.kubeconfig, options.context)
    except ConnectionFailedError as error:
        raise ConnectionFailedError(f"{error} (without a cluster: --no-cluster)") from None
    cache = ClusterCache(
        metrics,
        lambda: settings.value.facts.webhook_hints,
        stale_after=options.stale_after_seconds,
    )
    return cache, lambda warm: cache.run(access, warm)


def _print_schema() -> int:
    import json

    from netlint_webhook.schema import schema

    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
    return 0


def _failed(message: str) -> int:
    sys.stderr.write("".join(f"netlint-webhook: {line}\n" for line in message.splitlines()))
    return _USAGE


if __name__ == "__main__":
    sys.exit(main())
