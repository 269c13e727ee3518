"""Opening a Word file without trusting it: judged as an archive first, then read part by part. Nothing is fetched."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from courses.services.importing.xml import R_OFFICE, RELATION, STRICT_NAMESPACES, W
from foundation.uploads import RefusalCode, Upload, UploadRefused, clean_word_document

MAX_XML_BYTES = 40 * 1024 * 1024
"""The text of a long book takes 2 MB of XML; a part of this size would only be a burden."""


class _NoDoctype(TreeBuilder):
    """Builds a tree, and refuses a document type, which is how XML grows without end or reaches for other files."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise UploadRefused(RefusalCode.UNSAFE_ARCHIVE)


@dataclass(frozen=True)
class Relation:
    """What a part points at. ``target`` is an address when ``is_external``, else the name of another part."""

    kind: str
    target: str
    is_external: bool


@dataclass
class Package:
    """The parts of one Word file. Pictures are unpacked only when they are asked for."""

    content: bytes
    main: str = ""
    trees: dict[str, Element] = field(default_factory=dict)

    def __post_init__(self) -> None:
        package = self.relations("")
        self.main = next((r.target for r in package.values() if r.kind == "officeDocument"), "word/document.xml")
        if self.tree(self.main) is None or self.body is None:
            raise UploadRefused(RefusalCode.DAMAGED)

    @cached_property
    def archive(self) -> zipfile.ZipFile:
        """The archive, open for reading."""
        return zipfile.ZipFile(io.BytesIO(self.content))

    @cached_property
    def names(self) -> set[str]:
        """The names of all parts."""
        return set(self.archive.namelist())

    @property
    def body(self) -> Element | None:
        """The body of the main part."""
        return self.trees[self.main].find(f"{W}body")

    def part(self, kind: str) -> str:
        """Return the name of the part of that kind that the document points at, or nothing."""
        found = (r.target for r in self.relations(self.main).values() if r.kind == kind and not r.is_external)
        return next((name for name in found if name in self.names), "")

    def parts(self, kind: str) -> list[str]:
        """Return the names of all parts of a kind, for example the headers, in a fixed order."""
        found = {r.target for r in self.relations(self.main).values() if r.kind == kind and not r.is_external}
        return sorted(found & self.names)

    def tree(self, name: str) -> Element | None:
        """Return a part as a tree, or nothing when there is no such part. Raises ``UploadRefused`` (DAMAGED)."""
        if name not in self.trees and name in self.names:
            self.trees[name] = self._parsed(name)
        return self.trees.get(name)

    def relations(self, name: str) -> dict[str, Relation]:
        """Return what the part ``name`` points at, by id; the package itself has no name."""
        folder, base = posixpath.split(name)
        rels = self.tree(posixpath.join(folder, "_rels", f"{base}.rels"))
        return {relation.get("Id", ""): _relation(relation, folder) for relation in _children(rels)}

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a part, or nothing."""
        return self.archive.read(name) if name in self.names else None

    def _parsed(self, name: str) -> Element:
        if self.archive.getinfo(name).file_size > MAX_XML_BYTES:
            raise UploadRefused(RefusalCode.UNSAFE_ARCHIVE)
        source = self.archive.read(name)
        for strict, usual in STRICT_NAMESPACES.items():
            source = source.replace(strict, usual)
        # The tree builder refuses what makes the standard parser unsafe.
        parser = XMLParser(target=_NoDoctype())  # noqa: S314
        try:
            parser.feed(source)
            root: Element = parser.close()
        except (ParseError, ValueError, LookupError) as error:
            raise UploadRefused(RefusalCode.DAMAGED) from error
        return root


def open_package(file: Upload, *, name: str) -> Package:
    """Return the parts of a Word file. Raises ``UploadRefused`` for what is not one, or must not be opened."""
    return Package(clean_word_document(file, name=name).content)


def _children(tree: Element | None) -> Iterator[Element]:
    return tree.iter(RELATION) if tree is not None else iter(())


def _relation(element: Element, folder: str) -> Relation:
    target = element.get("Target", "")
    is_external = element.get("TargetMode") == "External"
    if not is_external:
        joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        target = posixpath.normpath(joined)
    return Relation(element.get("Type", "").removeprefix(R_OFFICE).rpartition("/")[2], target, is_external)
