"""Who is alive: a heartbeat in the database, a lock file on the machine; the dead lose their runs.

The engine itself never takes work over from a dead node. Each node therefore looks, with every
beat of its own, for runs whose node has not beaten within its time to live. On one machine it
need not wait for that: a lock file that can be locked belongs to nobody.
"""

import fcntl
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import structlog
from sqlalchemy.exc import SQLAlchemyError

from reelmill.catalog import nodes
from reelmill.catalog.database import Catalog
from reelmill.catalog.nodes import Node
from reelmill.errors import ReelmillError, Unavailable

__all__ = ["Liveness", "Node", "Slots"]

#: Processes of one machine that may work on one database.
MOST_SLOTS = 256

#: Seconds between two rounds of chores, at least.
CHORES_S = 60.0

#: Most of a node's time that goes into chores: with a deep backlog they take seconds.
CHORES_SHARE = 0.05

log = structlog.get_logger()


class Slots:
    """Places for nodes on this machine; each is a lock file that the kernel frees on any death.

    The ids carry a tag of the folder, so that two containers of one host name and separate
    disks never take each other for themselves.

    Args:
        folder: Where the lock files are, on a disk of this machine.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._host = f"{socket.gethostname()}-{self._tag()}"
        self._held: dict[str, BinaryIO] = {}

    def take(self) -> str:
        """Take the lowest free place, and return its id `<host>:<slot>`."""
        for slot in range(MOST_SLOTS):
            node_id = f"{self._host}:{slot}"
            if file := self._locked(node_id):
                self._held[node_id] = file
                return node_id
        raise Unavailable(hint="Stop some nodes of this machine.", nodes=MOST_SLOTS)

    def give_back(self, node_id: str) -> None:
        """Let somebody else have the place."""
        self._held.pop(node_id).close()

    def deserted(self, node_ids: Iterable[str]) -> set[str]:
        """Those that belong to this machine and that nobody holds."""
        return {node_id for node_id in node_ids if self._is_deserted(node_id)}

    def _is_deserted(self, node_id: str) -> bool:
        if node_id in self._held or not node_id.startswith(f"{self._host}:"):
            return False
        file = self._locked(node_id)
        if file is None:
            return False
        file.close()
        return True

    def _locked(self, node_id: str) -> BinaryIO | None:
        slot = node_id.rpartition(":")[2]
        file = (self._folder / f"{slot}.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file

    def _tag(self) -> str:
        path = self._folder / "tag"
        draft = path.with_name(f"tag.{secrets.token_hex(4)}")
        draft.write_text(secrets.token_hex(2))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
        return path.read_text()


class Liveness:
    """Beats for one node, and buries others.

    Args:
        catalog: Where beats are kept; its clock is the only one that counts.
        slots: Places of this machine.
        node_id: This node.
        beat_s: Seconds between two beats.
        ttl_s: Seconds after which a silent node is dead.
    """

    def __init__(
        self, catalog: Catalog, slots: Slots, node_id: str, *, beat_s: float, ttl_s: float
    ) -> None:
        self._catalog = catalog
        self._slots = slots
        self._id = node_id
        self._beat_s = beat_s
        self._ttl_s = ttl_s
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def beat(self) -> None:
        """Say that this node is alive."""
        with self._catalog.begin() as conn:
            nodes.beat(conn, self._id, host=socket.gethostname(), pid=os.getpid())

    def dead(self, owners: set[str]) -> list[str]:
        """Those owners of runs that are not alive."""
        with self._catalog.read() as conn:
            alive = {node.id for node in nodes.alive(conn, self._ttl_s)}
        others = owners - {self._id}
        return sorted((others - alive) | self._slots.deserted(others))

    def forget_dead(self) -> None:
        """Take the dead of this machine, and those dead for long, off the list of nodes."""
        with self._catalog.begin() as conn:
            known = {node.id for node in nodes.known(conn)}
            alive = {node.id for node in nodes.alive(conn, self._ttl_s)}
            for node_id in (known - alive) | self._slots.deserted(known):
                nodes.forget(conn, node_id)

    def start(
        self,
        *,
        owners: Callable[[], set[str]],
        recover: Callable[[list[str]], int],
        chores: Callable[[], None],
    ) -> None:
        """Beat from now on; and do chores, in another thread, for they may take long.

        Args:
            owners: Nodes that have runs now.
            recover: Puts the runs of dead nodes back into their queues; returns how many.
            chores: What else is to be done now and then.
        """
        self._threads = [
            threading.Thread(
                target=self._keep_beating, args=(owners, recover), name="beat", daemon=True
            ),
            threading.Thread(target=self._keep_tidy, args=(chores,), name="chores", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Beat no more, and leave the list of nodes."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        with suppress(Unavailable), self._catalog.begin() as conn:
            nodes.forget(conn, self._id)

    def _keep_beating(
        self, owners: Callable[[], set[str]], recover: Callable[[list[str]], int]
    ) -> None:
        while True:
            try:
                self.beat()
                self._bury(owners, recover)
            except (ReelmillError, SQLAlchemyError) as error:
                log.warning("heartbeat failed", error=str(error))
            if self._stopped.wait(self._beat_s):
                return

    def _keep_tidy(self, chores: Callable[[], None]) -> None:
        while True:
            began_s = time.monotonic()
            try:
                chores()
                self.forget_dead()
            except (ReelmillError, SQLAlchemyError) as error:
                log.warning("chores failed", error=str(error))
            took_s = time.monotonic() - began_s
            if self._stopped.wait(max(CHORES_S, took_s / CHORES_SHARE)):
                return

    def _bury(self, owners: Callable[[], set[str]], recover: Callable[[list[str]], int]) -> None:
        dead = self.dead(owners())
        if dead and (runs := recover(dead)):
            log.warning("jobs taken over from dead nodes", nodes=dead, runs=runs)
