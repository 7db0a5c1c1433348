"""A few captures, made once for all tests of the tools."""

from pathlib import Path

import pytest

from reelmill.media.geometry import Size
from reelmill.pipelines.captures.samples.fake import Order, fake, kinds_of
from reelmill.pipelines.captures.samples.tapes import Form
from reelmill.storage.folder import FolderStore

#: Kinds that the tools are tried with.
NAMES = (
    *("keyboard", "controller", "obs", "python-lists", "bundle", "traps", "no-inputs"),
    *("cornered", "letterboxed"),
)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """TARs of one folder, by kind; to be read only."""
    folder, kinds = tmp_path_factory.mktemp("shelf"), kinds_of(NAMES)
    form = Form(size=Size(128, 72), fps=30, length_s=3.0, motion=2.0)
    made = fake(Order(count=len(kinds), seed=3, kinds=kinds, form=form), FolderStore(folder))
    return {one.kind: folder / one.key for one in made}
