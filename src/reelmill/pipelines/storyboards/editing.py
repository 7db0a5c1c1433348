"""What a caller changes of a board: words, order, pictures, sounds. An approval falls by it."""

from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from reelmill.catalog.database import Transaction
from reelmill.pipelines.storyboards import budgets, plan, rules
from reelmill.pipelines.storyboards.bench import Bench, Whole
from reelmill.pipelines.storyboards.bodies import (
    RefineWish,
    RegenerateWish,
    SceneWish,
    SoundsWish,
)
from reelmill.pipelines.storyboards.budgets import Payer
from reelmill.pipelines.storyboards.copies import copied_picture
from reelmill.pipelines.storyboards.house import prices_of, settings_of
from reelmill.pipelines.storyboards.looks import LooksWish
from reelmill.pipelines.storyboards.owned import asset_of, board_of, heard, seen
from reelmill.pipelines.storyboards.records import (
    AssetKind,
    Board,
    Picture,
    SceneRow,
)
from reelmill.pipelines.storyboards.refinement import Refinement
from reelmill.pipelines.storyboards.refusals import (
    NoSuchScene,
    TooFewScenes,
    WrongAsset,
)
from reelmill.pipelines.storyboards.spec import (
    PictureSpec,
    PictureStatus,
)
from reelmill.pipelines.storyboards.tables import boards, refinements, scenes

#: Letters of a prompt that feedback was added to.
PROMPT_LETTERS = 2000


#: What a scene says that ends in the picture that it begins with.
NO_LAST: Final[dict[str, Any]] = {
    "last_picture_key": None,
    "last_picture_width": None,
    "last_picture_height": None,
}


class Editing(Bench):
    """Where one caller changes boards."""

    def refine(self, board_id: str, wish: RefineWish) -> Whole:
        """Give a scene other words, and with another prompt another picture.

        Raises:
            NothingToRefine, TooManyRefinements, BoardBusy, SceneNotFound: as they say.
            BudgetSpent, ProviderResting: no picture can be bought now.
        """
        news = wish.new_image_prompt or wish.new_description
        with self.here.catalog.begin() as conn:
            board = self.held(conn, board_id)
            rules.admit_refinement(board, has_news=news is not None)
            if wish.new_image_prompt:
                self._admit_picture(conn, board)
            scene = self.numbered(conn, board_id, wish.scene_number)
            refined = replace(
                scene,
                image_prompt=wish.new_image_prompt or scene.image_prompt,
                description=wish.new_description or scene.description,
            )
            scenes.rewrite(conn, refined)
            refinements.add(conn, self._refinement(scene, refined))
            count = board.refinement_count + 1
            edition = self.changed(conn, replace(board, refinement_count=count))
        if wish.new_image_prompt:
            self.submit(
                PictureSpec(board_id=board_id, scene_id=scene.id, edition=edition),
                owner=board.owner,
            )
        return self.whole(board_id)

    def reorder(self, board_id: str, order: tuple[int, ...]) -> Whole:
        """Give the scenes another order.

        Raises:
            BadOrder, BoardBusy: as they say.
        """
        with self.here.catalog.begin() as conn:
            board = self.held(conn, board_id)
            rules.admit_change(board)
            rows = scenes.of_board(conn, board_id)
            numbers = plan.reordered(order, len(rows))
            scenes.renumber(conn, {row.id: numbers[row.number] for row in rows})
            self.changed(conn, board)
        return self.whole(board_id)

    def regenerate(self, board_id: str, number: int, wish: RegenerateWish) -> Whole:
        """Make the picture of a scene anew.

        Raises:
            SceneNotFound, BoardBusy: as they say.
            BudgetSpent, ProviderResting: no picture can be bought now.
        """
        with self.here.catalog.begin() as conn:
            board = self.held(conn, board_id)
            rules.admit_change(board)
            self._admit_picture(conn, board)
            scene = self.numbered(conn, board_id, number)
            if wish.words:
                prompt = f"{scene.image_prompt}, {wish.words}"[:PROMPT_LETTERS]
                scenes.rewrite(conn, replace(scene, image_prompt=prompt))
            edition = self.changed(conn, board)
        spec = PictureSpec(board_id=board_id, scene_id=scene.id, edition=edition)
        self.submit(spec, owner=board.owner)
        return self.whole(board_id)

    def edit(self, board_id: str, number: int, wish: SceneWish) -> Whole:
        """Give a scene other values, or a picture of the caller's own.

        Raises:
            SceneNotFound, BoardBusy, TooLong, AssetNotFound, WrongAsset: as they say.
        """
        first = self._own_picture(board_id, wish.picture_asset_id)
        last = self._own_picture(board_id, wish.last_picture_asset_id)
        with self.here.catalog.begin() as conn:
            board = self.held(conn, board_id)
            rules.admit_change(board)
            scene = self.numbered(conn, board_id, number)
            told = wish.model_dump(
                exclude_none=True, exclude={"picture_asset_id", "last_picture_asset_id"}
            )
            edited = replace(scene, **told)
            if last:
                edited = replace(edited, **last.as_last)
            if first:
                given = PictureStatus.COMPLETED
                edited = replace(edited, **first.as_first, picture_status=given, error="")
            scenes.rewrite(conn, edited)
            self.changed(conn, board)
        return self.whole(board_id)

    def end_in_one_picture(self, board_id: str, number: int) -> Whole:
        """Let a scene show the picture that it begins with, and no other.

        Raises:
            SceneNotFound, BoardBusy: as they say.
        """
        with self.here.catalog.begin() as conn:
            board = self.held(conn, board_id)
            rules.admit_change(board)
            scene = self.numbered(conn, board_id, number)
            if scene.last_picture_key:
                scenes.rewrite(conn, replace(scene, **NO_LAST))
                self.changed(conn, board)
        return self.whole(board_id)

    def regenerate_scene(self, board_id: str, scene_id: str, wish: RegenerateWish) -> Whole:
        """The same as `regenerate`, by the id of the scene.

        Raises:
            NoSuchScene: and what `regenerate` raises.
        """
        rows = self.whole(board_id).scenes
        number = next((row.number for row in rows if row.id == scene_id), None)
        if number is None:
            raise NoSuchScene(scene_id=scene_id)
        return self.regenerate(board_id, number, wish)

    def delete_scene(self, board_id: str, number: int) -> Whole:
        """Remove a scene; those behind it move up.

        Raises:
            SceneNotFound, BoardBusy, TooFewScenes: as they say.
        """
        with self.here.catalog.begin() as conn:
            board = self.held(conn, board_id)
            rules.admit_change(board)
            gone = self.numbered(conn, board_id, number)
            left = [row for row in scenes.of_board(conn, board_id) if row.id != gone.id]
            if not left:
                raise TooFewScenes
            renumbered = [replace(row, number=n) for n, row in enumerate(left, start=1)]
            scenes.replace(conn, board_id, renumbered)
            self.changed(conn, board)
        return self.whole(board_id)

    def set_sounds(self, board_id: str, wish: SoundsWish) -> Whole:
        """Say what is heard over the video.

        Raises:
            BoardBusy, AssetNotFound, WrongAsset: as they say.
        """
        with self.here.catalog.begin() as conn:
            board = self.held(conn, board_id)
            rules.admit_change(board)
            heard(conn, self.caller, wish.voice_asset_id, wish.music_asset_id)
            told = {"voice_asset_id": wish.voice_asset_id, "music_asset_id": wish.music_asset_id}
            boards.change(conn, board_id, now=self.here.clock(), **told)
            self.changed(conn, board)
        return self.whole(board_id)

    def set_looks(self, board_id: str, wish: LooksWish) -> Whole:
        """Say how the video is to look beside its scenes; what is not given stays.

        Raises:
            BoardBusy, OnlyMadeHere, AssetNotFound, WrongAsset: as they say.
        """
        with self.here.catalog.begin() as conn:
            board = self.held(conn, board_id)
            rules.admit_change(board)
            rules.admit_looks(wish, self.makers(board).video)
            seen(conn, self.caller, *wish.asset_ids)
            boards.give_looks(conn, board_id, board.looks.changed(wish))
            self.changed(conn, board)
        return self.whole(board_id)

    def history(self, board_id: str) -> list[Refinement]:
        """The refinements of a board, the first first."""
        with self.here.catalog.read() as conn:
            board_of(conn, self.caller, board_id)
            return refinements.of_board(conn, board_id)

    def _own_picture(self, board_id: str, asset_id: str | None) -> Picture | None:
        """A copy of an uploaded picture that is the board's own, so that both can be deleted."""
        if asset_id is None:
            return None
        self.whole(board_id)
        with self.here.catalog.read() as conn:
            asset = asset_of(conn, self.caller, asset_id)
        if asset.kind is not AssetKind.IMAGE:
            raise WrongAsset(asset_id=asset.id, wanted=AssetKind.IMAGE.value)
        return copied_picture(self.here, board_id, asset)

    def _refinement(self, old: SceneRow, new: SceneRow) -> Refinement:
        return Refinement(
            id=uuid4().hex,
            board_id=old.board_id,
            scene_number=old.number,
            old_image_prompt=old.image_prompt,
            new_image_prompt=new.image_prompt,
            old_description=old.description,
            new_description=new.description,
            cost=settings_of(self.here).refinement_usd,
            made_at=self.here.clock(),
        )

    def _admit_picture(self, conn: Transaction, board: Board) -> None:
        """See that a picture can be bought now, as far as that can be told before."""
        self.admit_provider(conn, board.provider, self.makers(board).image)
        image, _ = prices_of(settings_of(self.here), board.provider, board.tier)
        payer = Payer.of(board)
        budgets.admit(conn, self.here, payer, image.most(plan.price(image, images=1)))
