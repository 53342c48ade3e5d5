"""The arguments of `netlint-webhook certs`, and one run."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from netlint_webhook import connecting

if TYPE_CHECKING:
    from netlint_webhook.certs.plan import Terms
    from netlint_webhook.certs.store import Outcome

_UNREACHABLE, _REFUSED, _SETUP = 1, 3, 4
_SERVICE = "netlint-webhook"
_NAME = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.:-]*[a-z0-9])?|::1")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of a parser."""
    made = commands.add_parser(
        "certs",
        help="make and renew the webhook's certificates, where cert-manager doesn't",
        description="Makes a CA and a serving pair, and has the API server trust the CA. "
        "Does nothing while they are valid for long enough.",
    )
    made.set_defaults(run=run, fail=made.error)
    _add_places(made.add_argument_group("where"))
    _add_terms(made.add_argument_group("what"))
    connecting.add_arguments(made.add_argument_group("cluster"))


def _add_places(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--secret", metavar="NAME", help="Secret of the serving pair")
    group.add_argument("--ca-secret", metavar="NAME", help="Secret of the CA (SECRET-ca)")
    group.add_argument(
        "--webhook", metavar="NAME", help="ValidatingWebhookConfiguration that gets the caBundle"
    )
    group.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write files only, without a cluster"
    )


def _add_terms(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--service", metavar="NAME", default=_SERVICE, help=f"({_SERVICE})")
    group.add_argument("--namespace", metavar="NAME", help="of the Service and of the Secrets")
    group.add_argument(
        "--dns-name",
        type=_dns_name,
        action="append",
        default=[],
        metavar="NAME",
        help="one more name of the Service; repeatable",
    )
    group.add_argument("--days", type=_days, default=timedelta(90), help="the pair's life (90)")
    group.add_argument("--ca-days", type=_days, default=timedelta(365), help="the CA's (365)")
    group.add_argument(
        "--renew-before",
        type=_days,
        metavar="DAYS",
        help="renew when so many are left (a third of the pair's life)",
    )


def _days(text: str) -> timedelta:
    days = timedelta(days=int(text))
    if days < timedelta(days=1):
        raise ValueError
    return days


_days.__name__ = "number of days"


def _dns_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError
    return text


_dns_name.__name__ = "DNS name"


def check(options: argparse.Namespace) -> str:
    """What is wrong with the arguments together, empty where nothing is."""
    into_cluster = options.secret or options.ca_secret or options.webhook
    if options.out and into_cluster:
        return "--out writes files only: leave --secret, --ca-secret and --webhook away"
    if options.out and not options.namespace:
        return "--out needs --namespace"
    if not options.out and not (options.secret and options.webhook):
        return "--secret and --webhook are needed, or --out"
    if options.secret and options.ca_secret == options.secret:
        return "--ca-secret: the CA's key must not lie where the webhook can read it"
    if options.renew_before and options.renew_before >= options.days:
        return "--renew-before must be less than --days"
    return "" if options.ca_days >= 2 * options.days else "--ca-days must be twice --days or more"


def run(options: argparse.Namespace) -> int:
    """Make or renew what is due; see the package for the exit codes."""
    wrong = check(options)
    if wrong:
        options.fail(wrong)
    from netlint_webhook.certs.kube import RefusedError, SetupError
    from netlint_webhook.certs.store import ConflictError

    try:
        return _run(options)
    except (connecting.ConnectionFailedError, ConflictError) as error:
        return _failed(error, _UNREACHABLE)
    except RefusedError as error:
        return _failed(error, _REFUSED)
    except SetupError as error:
        return _failed(error, _SETUP)


def _run(options: argparse.Namespace) -> int:
    from netlint_webhook.certs.kube import ClusterStore, Places
    from netlint_webhook.certs.store import FolderStore, renew

    if options.out:
        _tell(renew(FolderStore(options.out), _terms(options, options.namespace)))
        return 0
    cluster = connecting.connect(options.kubeconfig, options.context)
    places = Places(
        options.namespace or cluster.namespace,
        options.service,
        options.secret,
        options.ca_secret or f"{options.secret}-ca",
        options.webhook,
    )
    store = ClusterStore(cluster, places)
    _tell(renew(store, _terms(options, places.namespace)))
    store.check()
    return 0


def _terms(options: argparse.Namespace, namespace: str) -> Terms:
    from netlint_webhook.certs.plan import Terms

    host = f"{options.service}.{namespace}.svc"
    names = list(dict.fromkeys([host, f"{host}.cluster.local", *options.dns_name]))
    return Terms(options.service, names, options.days, options.ca_days, options.renew_before)


def _tell(outcome: Outcome) -> None:
    end = outcome.plan.end
    lines = outcome.lines or ("nothing to do",)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.write(f"the serving pair is valid until {end:%Y-%m-%d %H:%M} UTC\n")


def _failed(error: Exception, code: int) -> int:
    sys.stderr.write(f"netlint-webhook: {error}\n")
    return code
