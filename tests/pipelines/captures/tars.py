"""TARs for tests, as anybody's program writes them."""

import io
import tarfile
from collections.abc import Mapping


def tar_of(files: Mapping[str, bytes | None], form: int = tarfile.GNU_FORMAT) -> bytes:
    """A TAR of files by name; None makes a folder."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=form) as tar:
        for name, content in files.items():
            header = tarfile.TarInfo(name)
            header.type = tarfile.DIRTYPE if content is None else tarfile.REGTYPE
            header.size = len(content or b"")
            tar.addfile(header, io.BytesIO(content or b""))
    return data.getvalue()
