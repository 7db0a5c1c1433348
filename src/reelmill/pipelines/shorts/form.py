"""The body of an upload, as it arrives -> one file on the disk, and a few short texts."""

from typing import BinaryIO, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from reelmill.errors import Oversize, Refused
from reelmill.media.info import SNIFF_BYTES, sniff

#: Bytes of one header of a part; file names of a few thousand letters are cut, not refused.
MAX_HEADER_BYTES: Final = 64 * 1024

#: Parts of one form, the file included.
MAX_PARTS: Final = 16

#: Bytes of one part that is no file.
MAX_TEXT_BYTES: Final = 4096


class BadUpload(Refused):
    """The upload cannot be read as a form with one file."""


class UploadTooLarge(Oversize):
    """The file is larger than what is taken in."""


class UploadForm:
    """Takes a form apart: the one part with a file name is the file, the rest are short texts.

    Args:
        content_type: `multipart/form-data` with its boundary.
        to: Where the file is written.
        max_bytes: Largest file.

    Raises:
        BadUpload: it is no such type.
    """

    def __init__(self, content_type: str, to: BinaryIO, *, max_bytes: int) -> None:
        self.texts: dict[str, str] = {}
        self.file_name = ""
        self.size_bytes = 0
        self._to = to
        self._max_bytes = max_bytes
        self._parser = self._parser_of(content_type)
        self._ended = self._has_file = self._in_file = False
        self._parts = 0
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._text_name, self._text = "", bytearray()
        self._beginning = b""

    def take(self, data: bytes) -> None:
        """Read on.

        Raises:
            BadUpload, UploadTooLarge: what arrived cannot be read, or is too much.
            UnknownFormat: the file is of no format that is read here.
        """
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise BadUpload(problem=str(error)) from error

    def finish(self) -> None:
        """The body has ended.

        Raises:
            BadUpload: before the form did, or there was no file.
        """
        if not self._ended:
            raise BadUpload(problem="it breaks off")
        if not self._has_file:
            raise BadUpload(problem="there is no file in it")

    def _parser_of(self, content_type: str) -> MultipartParser:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise BadUpload(content_type=content_type[:200], hint="Send multipart/form-data.")
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_end,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                    "on_end": self._all,
                },
                max_header_size=MAX_HEADER_BYTES,
            )
        except FormParserError as error:
            raise BadUpload(problem=str(error)) from error

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise BadUpload(problem="too many parts", limit=MAX_PARTS)
        self._headers.clear()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._in_file = b"filename" in options
        if not self._in_file:
            self._text_name = options.get(b"name", b"").decode(errors="replace")
            self._text.clear()
            return
        if self._has_file:
            raise BadUpload(problem="two files", hint="Upload one video at a time.")
        self._has_file = True
        self.file_name = options[b"filename"].decode(errors="replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        part = data[start:end]
        if self._in_file:
            self._write(part)
        elif len(self._text) + len(part) > MAX_TEXT_BYTES:
            raise BadUpload(problem="a part without a file name is too long", limit=MAX_TEXT_BYTES)
        else:
            self._text += part

    def _write(self, part: bytes) -> None:
        self.size_bytes += len(part)
        if self.size_bytes > self._max_bytes:
            raise UploadTooLarge(limit_bytes=self._max_bytes)
        if len(self._beginning) < SNIFF_BYTES:
            self._beginning += part[:SNIFF_BYTES]
            if len(self._beginning) >= SNIFF_BYTES:
                # Gigabytes of something else need not be waited for.
                sniff(self._beginning)
        self._to.write(part)

    def _end(self) -> None:
        if not self._in_file:
            self.texts[self._text_name] = self._text.decode(errors="replace")

    def _all(self) -> None:
        self._ended = True
