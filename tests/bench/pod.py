"""Starts the webhook as in a pod, where it needs no library to connect to the API server.

The first argument is the folder that the kubelet would mount for the ServiceAccount; the address
is in the environment, as in a pod.
"""

from __future__ import annotations

import sys
from pathlib import Path

from netlint_webhook import __main__
from netlint_webhook.cache import access

if __name__ == "__main__":
    access.MOUNTED = Path(sys.argv[1])
    sys.exit(__main__.main(sys.argv[2:]))
