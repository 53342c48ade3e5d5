"""`netlint webhook …`: the admission webhook, whose package this one knows by name only."""

from __future__ import annotations

import argparse
import os
import sys


def configure(_: argparse.ArgumentParser) -> None:
    """Nothing to add: the webhook reads its own arguments."""


def run(args: argparse.Namespace) -> int:
    """Become the process of the webhook, so that signals reach it and its exit code is ours."""
    os.execv(sys.executable, [sys.executable, "-m", "netlint_webhook", *args.foreign])
