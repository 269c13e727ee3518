"""What is done to decoded pixels: unfolded, shrunk, turned upright, brought into sRGB, and freed of all that clings."""

import io
import logging

from PIL import Image, ImageCms, ImageOps

logger = logging.getLogger(__name__)


def fitting(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """Return ``size`` scaled so that its longer side is at most ``longest_side``; never larger, never 0."""
    scale = min(1.0, longest_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def in_plain_mode(image: Image.Image) -> Image.Image:
    """Return ``image`` in a mode that can be resampled: palettes, bilevel and 16-bit grey are unfolded."""
    if image.mode.startswith("I"):
        # Pillow's own conversion clips 16-bit grey at 255 instead of scaling it, which turns a scan white.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode in {"L", "RGB", "CMYK"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def shrunk(image: Image.Image, longest_side: int) -> Image.Image:
    """Return ``image`` no longer than ``longest_side``."""
    size = fitting(image.size, longest_side)
    if size == image.size:
        return image
    resized = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    # Orientation and colour profile are read after shrinking, when turning and converting cost least.
    resized.info = image.info
    return resized


def upright(image: Image.Image) -> Image.Image:
    """Turn the pixels as the camera's orientation tag asks. A tag that cannot be read is no reason to lose a photo."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception as error:  # the parser of the tag block raises as many kinds as the decoders
        logger.info("An orientation tag could not be read: %s", type(error).__name__)
        return image


def in_srgb(image: Image.Image) -> Image.Image:
    """Convert to sRGB by the embedded profile; without a usable one the numbers are taken as sRGB already."""
    profile = image.info.get("icc_profile")
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=target
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
            logger.info("A colour profile could not be used: %s", type(error).__name__)
        else:
            return converted or image
    return image.convert("RGB") if image.mode == "CMYK" else image


def bare(image: Image.Image) -> Image.Image:
    """Return the pixels alone. Pillow's writers copy what they find in ``info``: comment, profile, …."""
    copy = Image.new(image.mode, image.size)
    copy.paste(image)
    return copy


def opaque(image: Image.Image) -> Image.Image:
    """Lay transparent parts on white: JPEG has none, and would show whatever colour lies hidden under them."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper
