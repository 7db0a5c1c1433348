"""Videos of several boards of a caller: asked for, found, deleted."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress

from reelmill.catalog.job import JobState, Place
from reelmill.engine.lifecycle import AlreadyEnded
from reelmill.engine.words import VideoMade
from reelmill.pipelines.storyboards import rules
from reelmill.pipelines.storyboards.bench import Bench
from reelmill.pipelines.storyboards.bodies import CombineWish
from reelmill.pipelines.storyboards.combined import (
    Combination,
    CombinationNotFound,
    TooFewToCombine,
    TooManyToCombine,
)
from reelmill.pipelines.storyboards.exports import admit_freely
from reelmill.pipelines.storyboards.keys import combined_key
from reelmill.pipelines.storyboards.owned import board_of
from reelmill.pipelines.storyboards.posters import poster_key
from reelmill.pipelines.storyboards.records import Film
from reelmill.pipelines.storyboards.refusals import NoThumbnail, OnlyElsewhere, VideoNotReady
from reelmill.pipelines.storyboards.spec import (
    MAX_COMBINED,
    MAX_COMBINED_S,
    CombineSpec,
    FilmNamed,
)
from reelmill.pipelines.storyboards.tables import boards, combinations
from reelmill.units import StoreKey

#: Fewest videos that are combined. Source: combine endpoint.
MIN_COMBINED = 2


class Combinations(Bench):
    """Where one caller has videos of several boards made into one."""

    def combine(
        self, wish: CombineWish, *, admit: Callable[[], None] = admit_freely
    ) -> Combination:
        """Have videos of several boards made into one; the same request makes one.

        Args:
            wish: Which, and how.
            admit: Asked before one is begun that is neither there nor being made; may raise.

        Raises:
            TooFewToCombine, TooManyToCombine: as they say.
            BoardNotFound: none, or somebody else's.
            NotCombinable: a board has no finished video.
            OnlyElsewhere: the file of a video is not in our store.
        """
        if len(wish.board_ids) < MIN_COMBINED:
            raise TooFewToCombine
        films = self._films(wish)
        spec = CombineSpec(
            combination_id=_id_of(self.caller.user_id, wish, films),
            films=tuple(
                FilmNamed(board_id=board_id, edition=film.edition)
                for board_id, film in zip(wish.board_ids, films, strict=True)
            ),
            transition=wish.transition,
            format=wish.format,
        )
        if not self._is_good(spec.combination_id):
            admit()
            self.submit(spec, force=True)
        return self.find(spec.combination_id)

    def find(self, combination_id: str) -> Combination:
        """A combination of the caller.

        Raises:
            CombinationNotFound: none, or somebody else's.
        """
        with self.here.catalog.read() as conn:
            found = combinations.find(conn, combination_id)
        if found is None or not self.caller.owns(found.owner):
            raise CombinationNotFound(combination_id=combination_id)
        return found

    def page(self, *, limit: int, before: Place | None = None) -> list[Combination]:
        """Combinations of the caller, the newest first."""
        with self.here.catalog.read() as conn:
            owner = self.caller.sees_only
            return combinations.page(conn, owner=owner, limit=limit, before=before)

    def prompts(self, found: Sequence[Combination]) -> dict[str, str]:
        """What the boards of combinations are about, by their ids; deleted ones are left out."""
        board_ids = {board_id for one in found for board_id in one.board_ids}
        with self.here.catalog.read() as conn:
            return boards.prompts_of(conn, board_ids)

    def video(self, combination_id: str) -> VideoMade:
        """What was made.

        Raises:
            VideoNotReady: nothing yet.
        """
        found = self.find(combination_id)
        if found.video is None or found.job_state is not JobState.COMPLETED:
            raise VideoNotReady(status=found.job_state.value)
        return found.video

    def still(self, combination_id: str) -> StoreKey:
        """Where a still of it lies.

        Raises:
            NoThumbnail: it has none.
        """
        key = poster_key(self.video(combination_id).key)
        if not self.here.store.exists(key):
            raise NoThumbnail(asset_id=combination_id)
        return key

    def delete(self, combination_id: str) -> None:
        """Delete it; the boards stay. What works on it is stopped, its files go by and by."""
        found = self.find(combination_id)
        if not found.job_state.ended:
            with suppress(AlreadyEnded):
                self.jobs.cancel(found.job_id)
        with self.here.catalog.begin() as conn:
            combinations.delete(conn, combination_id, now=self.here.clock())

    def _films(self, wish: CombineWish) -> list[Film]:
        """The videos, each checked before the number of all: whose they are matters first."""
        with self.here.catalog.read() as conn:
            found = [board_of(conn, self.caller, board_id) for board_id in wish.board_ids]
        films = [rules.admit_combination(board) for board in found]
        seconds = sum(film.duration_s for film in films)
        if len(films) > MAX_COMBINED or seconds > MAX_COMBINED_S:
            raise TooManyToCombine(limit=MAX_COMBINED, limit_s=MAX_COMBINED_S)
        if not all(self.here.store.exists(film.key) for film in films):
            raise OnlyElsewhere
        return films

    def _is_good(self, combination_id: str) -> bool:
        """Whether it is there, or being made."""
        with self.here.catalog.read() as conn:
            found = combinations.find(conn, combination_id)
        if found is None:
            return False
        if not found.job_state.ended:
            return True
        is_made = found.video is not None and found.job_state is JobState.COMPLETED
        return is_made and self.here.store.exists(combined_key(found.id, found.format))


def _id_of(owner: str, wish: CombineWish, films: list[Film]) -> str:
    """The same for the same request of the same user, as long as the videos are the same."""
    pairs = zip(wish.board_ids, films, strict=True)
    told = {
        "owner": owner,
        "films": [[board_id, film.edition, film.key] for board_id, film in pairs],
        "transition": wish.transition.value,
        "format": wish.format.value,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]
