"""What lies in a bucket becomes the same as what lies in a folder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.pipelines.captures.hall import open_hall
from tests.pipelines.captures.stand import KEY, Stand
from tests.pipelines.captures.takes import bundle, footage, tar

from reelmill.storage.folder import FolderStore
from reelmill.storage.objects import open_store
from reelmill.units import StoreKey


@pytest.mark.ffmpeg
@pytest.mark.s3
def test_s3_and_folders_give_the_same_bytes(tmp_path: Path, s3_url: str) -> None:
    now = datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC)
    given = {KEY: tar(), "old.tar": bundle(footage(4), b"noise")}
    with open_hall(tmp_path / "hall") as app:
        object.__setattr__(app.services, "clock", lambda: now)
        folder = Stand(app, FolderStore(tmp_path / "a"), FolderStore(tmp_path / "b"))
        remote = Stand(app, open_store(f"{s3_url}/a"), open_store(f"{s3_url}/b"))
        with app.node(["captures"]):
            for stand in (folder, remote):
                for key, data in given.items():
                    stand.put(data, key)
                    stand.job(key)
        assert folder.there() == remote.there()
        assert len(folder.there()) == 3
        for key in folder.there():
            assert folder.target.read(StoreKey(key)) == remote.target.read(StoreKey(key)), key
