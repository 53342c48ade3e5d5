"""The settings in force: those of the configuration file, as long as it can be read."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from netlint_rules.record import replace
from netlint_webhook.configuration import read
from netlint_webhook.files import Watched
from netlint_webhook.logs import log
from netlint_webhook.metrics import Metrics
from netlint_webhook.settings import Settings


class CurrentSettings:
    """The newest settings that were right.

    `error` says what is wrong with the file as it is now, empty where nothing is. `preset`, where
    one is given, counts instead of the file's.
    """

    def __init__(self, path: Path | None, preset: str, metrics: Metrics) -> None:
        self._preset = preset
        self._metrics = metrics
        self.generation = 0
        self.error = ""
        self.watched: Watched | None = None
        self.value = Settings()
        if path is None:
            self._use(self.value)
        else:
            self.watched = Watched([path], self._load, self._failed)
            self.watched.load()

    def _load(self, paths: Sequence[Path], contents: Sequence[bytes]) -> None:
        self._use(read(contents[0], paths[0].name))

    def _use(self, settings: Settings) -> None:
        self.value = replace(settings, preset=self._preset) if self._preset else settings
        self.value.warm()
        self.generation += 1
        self.error = ""
        self._metrics.config_generation.set(self.generation)
        self._metrics.config_refused.set(0)
        log("configuration loaded", generation=self.generation, preset=self.value.preset)

    def _failed(self, error: Exception) -> None:
        self.error = str(error)
        self._metrics.config_failures.inc()
        self._metrics.config_refused.set(1)
        log("new configuration refused, the old one stays", logging.ERROR, error=self.error)
