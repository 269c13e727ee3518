"""The pictures of a document: each part is cleaned once, and what cannot be shown is named with the reason."""

import hashlib
from dataclasses import dataclass
from typing import Any

from courses.services.importing.blocks import PICTURE_KEY, Block
from courses.services.importing.drawings import FoundPicture
from courses.services.importing.package import Package
from courses.services.importing.report import Report
from foundation.uploads import CleanImage, RefusalCode, UploadRefused, clean_picture

_METAFILES = (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x00\x00", b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")
"""First bytes of WMF (with and without its placeable header) and of EMF."""


@dataclass(frozen=True)
class ReadyPicture:
    """A picture of the document that may be stored, by its number."""

    number: int
    title: str
    clean: CleanImage

    @property
    def sha1(self) -> str:
        """The hash by which the library of pictures knows its files."""
        return hashlib.sha1(self.clean.content, usedforsecurity=False).hexdigest()


class PictureCleaner:
    """Cleans the pictures of a document one by one, so that progress can be told between them."""

    def __init__(self, package: Package, report: Report) -> None:
        self.package = package
        self.report = report
        self.known: dict[str, CleanImage | RefusalCode | None] = {}

    def ready(self, number: int, found: FoundPicture) -> ReadyPicture | None:
        """Return the picture in a form that may be stored, or nothing when it is named in the report instead."""
        if found.part not in self.known:
            self.known[found.part] = self._cleaned(found.part)
        clean = self.known[found.part]
        if isinstance(clean, CleanImage):
            self.report.kept("picture")
            return ReadyPicture(number, (found.alt or found.part.rpartition("/")[2])[:200], clean)
        self.report.left_out(_KINDS.get(clean, "damaged_picture") if clean else "metafile", found.name)
        return None

    def _cleaned(self, part: str) -> CleanImage | RefusalCode | None:
        content = self.package.read(part) or b""
        try:
            return clean_picture(content)
        except UploadRefused as refusal:
            is_metafile = content.startswith(_METAFILES) and refusal.code == RefusalCode.WRONG_KIND
            return None if is_metafile else refusal.code


_KINDS = {
    RefusalCode.WRONG_KIND: "strange_picture",
    RefusalCode.TOO_LARGE: "heavy_picture",
    RefusalCode.TOO_MANY_PIXELS: "heavy_picture",
    RefusalCode.ANIMATED: "moving_picture",
}


def without_missing(body: list[Block], ready: set[int], report: Report) -> list[Block]:
    """Return the blocks without pictures that could not be taken; a caption that is left alone becomes a paragraph."""
    kept: list[Block] = []
    for part in body:
        if part["type"] != "picture":
            kept.append(part)
            continue
        value: dict[str, Any] = part["value"]
        if value["image"][PICTURE_KEY] in ready:
            kept.append(part)
            if not value["image"]["alt_text"] and not value["image"]["decorative"]:
                report.needs("alt_text", value["caption"] or str(value["image"][PICTURE_KEY] + 1))
        elif value["caption"]:
            kept.append({"type": "text", "id": part["id"], "value": f"<p>{_escape(value['caption'])}</p>"})
    return _joined(kept)


def _joined(body: list[Block]) -> list[Block]:
    """Join texts between which a picture was."""
    joined: list[Block] = []
    for part in body:
        if joined and part["type"] == joined[-1]["type"] == "text":
            joined[-1] = {**joined[-1], "value": joined[-1]["value"] + part["value"]}
        else:
            joined.append(part)
    return joined


def _escape(text: str) -> str:
    from html import escape

    return escape(text, quote=False)
