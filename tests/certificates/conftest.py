"""What the tests of certificates share."""

import pytest

# WeasyPrint leaves its colour profile to the garbage collector to close.
SHEET_WARNING = "ignore:unclosed file.*sRGB2014.icc:ResourceWarning"


@pytest.fixture(scope="session")
def drawn() -> dict[str, bytes]:
    """One PDF and its picture, drawn once: for tests that store bytes and do not look at them."""
    from certificates.rendering import draw_picture, draw_sheet, sample_sheet

    pdf = draw_sheet(sample_sheet())
    return {"pdf": pdf, "png": draw_picture(pdf)}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Draw nothing: the bytes tell which certificate and which try they are of. Returns the ids drawn so far."""
    from certificates.services import render

    seen: list[int] = []

    def draw(certificate):
        seen.append(certificate.pk)
        body = f"{certificate.serial} {certificate.attempts}".encode()
        return {"pdf": b"%PDF " + body, "png": b"\x89PNG " + body}

    monkeypatch.setattr(render, "_draw", draw)
    return seen
