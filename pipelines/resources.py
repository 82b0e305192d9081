"""What assets are given: the one writer's derivation over the lake, for the length of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dagster import ConfigurableResource, InitResourceContext
from pydantic import PrivateAttr

from ingest.settings import Settings
from ingest.store.lake import attach, attach_journal, writing
from ingest.store.lander import Landed, say_landed
from pipelines.derive import Derivation


class Lake(ConfigurableResource):  # type: ignore[type-arg]
    """The lake, opened for writing while a run lasts; everything a run derives is one commit."""

    _derivation: Derivation = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[Lake]:
        """Hold the writer's lock from the run's first step to its last."""
        with opened(Settings()) as derivation:
            self._derivation = derivation
            yield self

    def land(self) -> Landed:
        """Move what is new from the journal to the lake."""
        landed = self._derivation.land()
        say_landed(Settings(), landed.seq)
        return landed

    def derive(self) -> dict[str, int]:
        """Bring every table up to what has landed, in one commit; returns the rows written, by table."""
        return self._derivation.derive()

    def broken(self, name: str) -> list[tuple[object, ...]]:
        """Return the rows that speak against a check."""
        return self._derivation.broken(name)


def connected(settings: Settings) -> Derivation:
    """Return a derivation over a writer's connection with the journal attached; `writing(settings)` must be held."""
    connection = attach(settings)
    try:
        attach_journal(connection, settings)
        return Derivation(connection)
    except BaseException:
        connection.close()
        raise


@contextmanager
def opened(settings: Settings) -> Iterator[Derivation]:
    """Give a derivation with the writer's lock held for as long as it is open."""
    with writing(settings):
        derivation = connected(settings)
        try:
            yield derivation
        finally:
            derivation.connection.close()
