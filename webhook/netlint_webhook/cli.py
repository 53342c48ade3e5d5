"""The arguments of `netlint-webhook`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from netlint_rules.version import __version__
from netlint_webhook import connecting
from netlint_webhook.certs import command as certs
from netlint_webhook.listening import STALE_AFTER, Listening
from netlint_webhook.modes import PRESETS


def parser() -> argparse.ArgumentParser:
    """The parser of every argument."""
    made = argparse.ArgumentParser(
        "netlint-webhook", description="Judges NetworkPolicies as they are applied to a cluster."
    )
    made.set_defaults(run=None)
    made.add_argument("--version", action="version", version=f"netlint-webhook {__version__}")
    made.add_argument("--config", type=Path, metavar="FILE", help="the configuration, reloaded")
    made.add_argument("--preset", choices=list(PRESETS), default="", help="instead of the file's")
    made.add_argument(
        "--advise", action="store_true", help="warn about other objects too, at /advise"
    )
    made.add_argument("--print-schema", action="store_true", help="print the file's JSON Schema")
    made.add_argument("--check-config", action="store_true", help="check the file, and stop")
    made.add_argument("--log-level", choices=["debug", "info", "warning", "error"], default="info")
    _add_cluster(made.add_argument_group("cluster"))
    _add_tls(made.add_argument_group("certificates"))
    _add_listening(made.add_argument_group("listening"))
    certs.add_command(made.add_subparsers(title="other commands", metavar=""))
    return made


def _add_cluster(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--no-cluster", action="store_true", help="judge each object alone, without the others"
    )
    connecting.add_arguments(group)
    group.add_argument(
        "--stale-after-seconds",
        type=float,
        default=STALE_AFTER,
        metavar="N",
        help="deny nothing for other objects' sake when the API server was silent so long",
    )


def _add_tls(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--tls-dir",
        type=Path,
        metavar="FOLDER",
        default=Path("/etc/netlint/tls"),
        help="folder with tls.crt and tls.key, reloaded",
    )
    group.add_argument("--client-ca", type=Path, metavar="FILE", help="ask for a certificate of it")
    group.add_argument(
        "--client-name",
        action="append",
        default=[],
        metavar="NAME",
        help="a common name that may call, with --client-ca; repeatable",
    )
    group.add_argument("--self-signed", action="store_true", help="make a certificate, for a trial")


def _add_listening(group: argparse._ArgumentGroup) -> None:
    usual = Listening()
    group.add_argument("--host", default=usual.host, help="address of both ports")
    group.add_argument("--port", type=int, default=usual.port, help="for reviews, over TLS")
    group.add_argument(
        "--metrics-port", type=int, default=usual.operations_port, help="for health and metrics"
    )
    group.add_argument(
        "--drain-seconds",
        type=float,
        default=usual.drain_seconds,
        metavar="N",
        help="go on so long after a signal to stop",
    )
    group.add_argument(
        "--reload-seconds",
        type=float,
        default=usual.reload_seconds,
        metavar="N",
        help="look so often for new files",
    )


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments; ends the process with a message where they don't fit together."""
    made = parser()
    options = made.parse_args(arguments)
    if options.client_name and not options.client_ca:
        made.error("--client-name needs --client-ca")
    if options.check_config and not options.config:
        made.error("--check-config needs --config")
    return options


def listening(options: argparse.Namespace) -> Listening:
    """Where to listen."""
    return Listening(
        host=options.host,
        port=options.port,
        operations_host=options.host,
        operations_port=options.metrics_port,
        drain_seconds=options.drain_seconds,
        reload_seconds=options.reload_seconds,
        client_names=options.client_name,
        advises=options.advise,
    )
