"""Reads the webhook's configuration file, and says where in it something is wrong."""

from __future__ import annotations

from netlint_rules.settings.examine import checked
from netlint_rules.settings.text import MistakesError, from_yaml
from netlint_webhook.schema import schema
from netlint_webhook.settings import ConfigurationError, Settings, from_body


def read(data: bytes, shown: str) -> Settings:
    """The settings in a file's bytes; `shown` is its name in messages.

    Raises ConfigurationError.
    """
    try:
        return from_body(checked(from_yaml(data), schema()))
    except MistakesError as error:
        raise ConfigurationError("\n".join(error.lines(shown))) from None
