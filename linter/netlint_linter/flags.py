"""The options of every command that lints."""

from __future__ import annotations

import argparse

from netlint_linter.arguments import Listed, Words, checked
from netlint_linter.output import FORMATS
from netlint_linter.outputs import Target
from netlint_linter.paths import dirname, isdir
from netlint_rules.finding import Confidence, Severity
from netlint_rules.settings import values

LEVELS = Words(*Severity)


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options, in groups."""
    add_view(parser)
    add_cluster(parser)
    _add_findings(parser)
    _add_fixes(parser)
    _add_output(parser)
    _add_run(parser)


def add_view(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what the files show."""
    group = parser.add_argument_group("what the files show")
    group.add_argument(
        "-n", "--namespace", metavar="NS", help="namespace of objects that name none"
    )
    group.add_argument(
        "--complete",
        action="store_true",
        help="the files show the whole cluster: what they don't hold is missing",
    )
    _add_list(
        group, "--complete-namespace", "NS,...", str, "the files show this namespace completely"
    )
    _add_list(group, "--exclude", "GLOB,...", str, "leave out files and folders, as in .gitignore")


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is known of the cluster."""
    group = parser.add_argument_group("what is known of the cluster")
    _add_list(group, "--cluster-cidr", "CIDR,...", values.cidr, "range of pod addresses")
    _add_list(group, "--service-cidr", "CIDR,...", values.cidr, "range of Service addresses")
    _add_list(group, "--node-cidr", "CIDR,...", values.cidr, "range of node addresses")
    _add_list(
        group,
        "--api-server",
        "IP,...",
        values.address,
        "address or CIDR the API server connects from",
    )
    group.add_argument("--cni", metavar="NAME", help="network plugin, such as cilium or calico")
    group.add_argument(
        "--dns-profile", metavar="NAME", help="how pods resolve names, such as coredns"
    )
    group.add_argument("--platform", metavar="NAME", help="platform, such as eks or gke")
    group.add_argument(
        "--kube-version", metavar="1.N", type=_version, help="Kubernetes version, such as 1.31"
    )


def _add_findings(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("which findings (RULE: code, prefix, name, rule or group)")
    _add_list(group, "--select", "RULE,...", values.selector, "run these rules only")
    _add_list(group, "--extend-select", "RULE,...", values.selector, "run these rules too")
    _add_list(group, "--ignore", "RULE,...", values.selector, "don't run these rules")
    group.add_argument(
        "--severity",
        metavar="RULE=LEVEL",
        action="append",
        type=_severity,
        default=[],
        help="report as error, warning, info or off",
    )
    group.add_argument(
        "--min-severity", metavar="LEVEL", type=LEVELS, help="show from this on (default: warning)"
    )
    group.add_argument(
        "--min-confidence",
        metavar="LEVEL",
        type=Words(*Confidence),
        help="show from this on: certain, high, medium (default) or low",
    )
    group.add_argument("--pedantic", action="store_true", help="show everything")
    group.add_argument(
        "--strict", action="store_true", help="ask for default-deny in both directions"
    )
    group.add_argument("--baseline", metavar="FILE", help="don't report the findings in FILE")
    group.add_argument(
        "--write-baseline", metavar="FILE", help="write today's findings to FILE, report nothing"
    )


def _add_fixes(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("fixes")
    group.add_argument(
        "--fix", action="store_true", help="repair files where that provably changes no traffic"
    )
    group.add_argument(
        "--unsafe-fixes", action="store_true", help="with repairs that change what traffic passes"
    )
    group.add_argument(
        "--diff", action="store_true", help="print what --fix would change, and change nothing"
    )
    _add_list(group, "--fix-only", "RULE,...", values.selector, "fix these findings only")


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "--format",
        metavar="FORMAT[:FILE]",
        dest="targets",
        action="append",
        type=target,
        default=[],
        help=f"{', '.join(FORMATS)}; several where all but one have a FILE",
    )
    group.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        dest="targets",
        action="append",
        type=_file,
        default=[],
        help="write to FILE what the --format before it names",
    )
    add_colour(group)
    group.add_argument("--statistics", action="store_true", help="count the findings of each code")
    group.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing where nothing is found"
    )
    group.add_argument(
        "-v", "--verbose", action="count", default=0, help="say what was read, and how"
    )


def add_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    """Add `--format`, the first of them by default, for what isn't a report of findings."""
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        type=Words(*formats),
        default=formats[0],
        help=", ".join(formats),
    )


def add_colour(parser: argparse._ActionsContainer) -> None:
    """Add the option for colours."""
    parser.add_argument(
        "--color",
        "--colour",
        dest="color",
        metavar="WHEN",
        type=Words("auto", "always", "never"),
        default="auto",
        help="auto (default), always or never",
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("running")
    add_configuration(group)
    group.add_argument(
        "--fail-on",
        metavar="LEVEL",
        type=Words(*Severity, "never"),
        help="exit 1 from this severity on: error, warning (default), info or never",
    )
    group.add_argument("--exit-zero", action="store_true", help="exit 0 whatever is found")
    group.add_argument(
        "-j",
        "--jobs",
        metavar="N",
        type=_jobs,
        default=0,
        help="processes (default: as many as pay)",
    )
    either = group.add_mutually_exclusive_group()
    either.add_argument("--no-cache", action="store_true", help="read and judge everything anew")
    either.add_argument(
        "--cache-dir",
        metavar="DIR",
        help="where to keep what runs found (default: your own cache folder)",
    )


def add_configuration(parser: argparse._ActionsContainer) -> None:
    """Add the options that choose the configuration file."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--config", metavar="FILE", help="configuration file to use")
    either.add_argument("--isolated", action="store_true", help="read no configuration file")


def _add_list(
    group: argparse._ArgumentGroup,
    flag: str,
    metavar: str,
    check: values.Check,
    text: str,
) -> None:
    group.add_argument(
        flag,
        metavar=metavar,
        action="extend",
        type=Listed(check),
        default=[],
        help=text,
    )


def _version(text: str) -> str:
    return checked(values.kube_version, text)


def _severity(text: str) -> tuple[str, str]:
    word, equals, name = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"write RULE=LEVEL, not {text}")
    checked(values.selector, word)
    return word, Words(*Severity, "off")(name)


def target(text: str) -> Target:
    """The type of --format."""
    name, _, file = text.partition(":")
    return Target(Words(*FORMATS)(name), file)


def _file(text: str) -> Target:
    folder = dirname(text) or "."
    if not isdir(folder):
        raise argparse.ArgumentTypeError(f"no such folder: {folder}")
    return Target("", text)


def _jobs(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"write a number of processes, not {text}")
    return int(text)
