"""What assets are given: the one writer's derivation over the lake, for the length of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from dagster import ConfigurableResource, InitResourceContext
from pydantic import PrivateAttr

from ingest.settings import Settings
from ingest.store.lake import attach, attach_journal, writing
from ingest.store.lander import Landed, say_landed
from pipelines.derive import Derivation, Derived


class Lake(ConfigurableResource):  # type: ignore[type-arg]
    """The lake, opened for writing while a run lasts; everything a run derives is one commit."""

    _derivation: Derivation = PrivateAttr()
    _until_the_end: ExitStack = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[Lake]:
        """Hold the writer's lock from the run's first table to its last."""
        with opened(Settings()) as derivation, ExitStack() as until_the_end:
            self._derivation, self._until_the_end = derivation, until_the_end
            yield self

    def land(self) -> Landed:
        """Move what is new from the journal to the lake."""
        landed = self._derivation.land()
        say_landed(Settings(), landed.seq)
        return landed

    def update(self, path: str) -> Derived:
        """Bring one table up to what has landed; the run's first table opens the commit that all share."""
        if not self._derivation.is_open:
            self._until_the_end.enter_context(self._derivation.transaction())
        return self._derivation.update(path)

    def broken(self, name: str) -> list[tuple[object, ...]]:
        """Return the rows that speak against a check."""
        return self._derivation.broken(name)


@contextmanager
def opened(settings: Settings) -> Iterator[Derivation]:
    """Give a derivation over a fresh writer's connection, with the lock held and the journal attached."""
    with writing(settings):
        connection = attach(settings)
        try:
            attach_journal(connection, settings)
            yield Derivation(connection)
        finally:
            connection.close()
