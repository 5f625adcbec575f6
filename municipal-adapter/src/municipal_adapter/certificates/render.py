"""Rendering a certificate to PDF with Typst."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import typst

from municipal_adapter.certificates.content import Content, with_texts
from municipal_adapter.certificates.fitting import fitting_size
from municipal_adapter.certificates.font import Font
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.certificates.layout import Item, Layout, clear, layout_of, texts_of
from municipal_adapter.certificates.specimen import SPECIMEN, as_specimen

DEFAULT_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Rendered:
    """A finished document."""

    pdf: bytes = field(repr=False)
    written: Content
    """The content as it is written in Unicode, 外字 too: what the pages must say."""
    font: Font
    """The one that every character is printed with."""


@dataclass(frozen=True)
class Prepared:
    """Everything that Typst needs for one document."""

    template: str
    certificate: str = field(repr=False)
    """The layout as JSON."""
    written: Content
    font: Font


class Renderer:
    """Renders certificates; one for each thread, because a Typst compiler serves one at a time."""

    def __init__(self, templates: Path | None = None, fonts: Fonts | None = None) -> None:
        """Take the municipality's own templates and fonts; None: those of the adapter."""
        self._templates = templates or DEFAULT_TEMPLATES
        self._fonts = fonts or Fonts()
        self._for_typst = self._fonts.for_typst()
        self._compilers: dict[str, typst.Compiler] = {}

    def render(self, content: Content) -> Rendered:
        """Return the certificate as PDF.

        Raises:
            UnknownCharacter: no approved font draws every character of it.
            TextTooLong: a text does not fit into its place on the form.

        """
        prepared = self.prepared(content)
        return Rendered(self.compiled(prepared), prepared.written, prepared.font)

    def prepared(self, content: Content) -> Prepared:
        """Return all that a template gets.

        Raises:
            ConfusingText: a text of the record reads like a part of the form.
            UnknownCharacter: no approved font draws every character of it.
            TextTooLong: a text does not fit into its place on the form.

        """
        with_texts(content, clear)
        written = with_texts(content, self._fonts.with_gaiji)
        words = [SPECIMEN] if content.issue.test else []
        font = self._fonts.font_for([*texts_of(layout_of(written)), *words])
        written = with_texts(written, font.as_drawn)
        layout = layout_of(written)
        return Prepared(layout.template, _as_json(layout, font), written, font)

    def compiled(self, prepared: Prepared) -> bytes:
        """Return the PDF that Typst makes."""
        pdf = self._compiler(prepared.template).compile(
            format="pdf",
            sys_inputs={"certificate": prepared.certificate},
            timestamp=0,
            pdf_tags=False,
        )
        if not isinstance(pdf, bytes):
            raise TypeError("Typst gave no PDF")
        if prepared.written.issue.test:
            return as_specimen(pdf, prepared.font.family, self._for_typst)
        return pdf

    def _compiler(self, template: str) -> typst.Compiler:
        if template not in self._compilers:
            self._compilers[template] = typst.Compiler(
                self._templates / template,
                root=self._templates,
                font_paths=self._for_typst,
                ignore_system_fonts=True,
            )
        return self._compilers[template]


def templates_fingerprint(templates: Path | None) -> str:
    """Return the SHA-256 over names and bytes of all files that templates may use, in hex."""
    folder, digest = templates or DEFAULT_TEMPLATES, sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        name, data = file.relative_to(folder).as_posix(), file.read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def template_sources(templates: Path | None) -> list[str]:
    """Return the text of each template file."""
    files = (templates or DEFAULT_TEMPLATES).rglob("*.typ")
    return [file.read_text("utf-8") for file in files]


def _as_json(layout: Layout, font: Font) -> str:
    """Return what templates read as JSON, the office's own picture put in ready-made."""
    text = json.dumps(_plain(layout, font), ensure_ascii=False)
    return f'{{"office_seal": {_as_list(layout.office_seal)}, {text[1:]}'


@lru_cache(maxsize=16)
def _as_list(office_seal: bytes) -> str:
    return json.dumps(list(office_seal))


def _plain(layout: Layout, font: Font) -> dict[str, object]:
    """Return what templates read; each item is a label, a value, and its size in points."""

    def fitted(items: Iterable[Item]) -> list[tuple[str, str, float]]:
        form = layout.form
        return [(label, text, fitting_size(text, form[label], font)) for label, text in items]

    return {
        "font": font.family,
        "title": layout.title,
        "subtitle": layout.subtitle,
        "heading": fitted(layout.heading),
        "people": [fitted(person) for person in layout.people],
        "sentence": layout.sentence,
        "issued": layout.issued,
        "mayor_title": layout.mayor_title,
        "mayor_name": layout.mayor_name,
        "number": layout.number,
        "issuance": layout.issuance,
        "picture": None if layout.picture is None else list(layout.picture),
    }
