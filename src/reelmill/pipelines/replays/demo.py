"""Sample games, played here -> a first library. What `reelmill demo` shows of the replays."""

from reelmill.desk import System
from reelmill.pipelines.replays.batch.backfill import Batch, Order
from reelmill.pipelines.replays.batch.choices import Asked
from reelmill.pipelines.replays.batch.log import BatchLog
from reelmill.pipelines.replays.batch.sources import files_below
from reelmill.pipelines.replays.samples.games import sample_games
from reelmill.pipelines.replays.spec import ReplaySpec
from reelmill.terminal import Terminal
from reelmill.units import StoreKey

#: The games of the demo are the same on every machine.
SEED = 2026


def demo(terminal: Terminal, system: System) -> bool:
    """Play one game of each kind, and make its video.

    Returns:
        Whether every game has its video.
    """
    folder = system.settings.home / "samples" / "replays"
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in sample_games(SEED):
        (folder / name).write_bytes(document)
    finds = files_below(folder)
    look = ReplaySpec(game_id="any", replay_key=StoreKey("any"))
    batch = Batch(system, finds.files, Order(asked=Asked(retry_failed=True), look=look))
    log = BatchLog(terminal, verbose=False, as_json=False)
    log.begin(str(folder), finds)
    with log.watching():
        for ended in batch:
            log.ended(ended, batch.tally)
    every_video = log.finish(batch.tally, system.services.store)
    terminal.line(f"Try:  reelmill replays render {folder / finds.files[0].name} -o game.mp4")
    return every_video
