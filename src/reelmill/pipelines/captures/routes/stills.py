"""One frame of one record as a picture, for the pages."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from reelmill.pipelines.captures.manifest.exhibits import NoSuchRow, row_at
from reelmill.pipelines.captures.routes.asked import TheShelf
from reelmill.pipelines.captures.stills import SMALL_PX, still
from reelmill.units import StoreKey

router = APIRouter(prefix="/v1/captures", tags=["captures"])


@router.get("/still", operation_id="read_capture_frame", response_class=Response)
def read_still(
    shelf: TheShelf,
    record: Annotated[str, Query(max_length=1024, description="`record_key` of a row.")],
    frame: Annotated[str, Query(max_length=60, description="As `stride-3_chw[4]`.")],
    width: Annotated[int, Query(ge=16, le=1920, description="Most pixels across.")] = SMALL_PX,
    edition: Annotated[str, Query(max_length=64, description="`content_hash`: keep it.")] = "",
) -> Response:
    """A frame of a record that the manifest has, as a JPEG."""
    table = shelf.manifest()
    if table is None:
        raise NoSuchRow(record_key=record)
    row = row_at(table, record)
    data = still(shelf.records(), StoreKey(record), frame, width)
    kept = "private, max-age=31536000, immutable" if edition == row["content_hash"] else "no-cache"
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": kept})
