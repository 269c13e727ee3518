"""Pictures as phones send them, and as nobody should."""

import io
import struct
import zlib
from functools import lru_cache

from PIL import Image

GPS = 0x8825


def a_jpeg(width: int = 640, height: int = 480, *, colour: int = 0) -> bytes:
    """Return a JPEG with the camera's name and the place in its EXIF."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((colour * 40 % 256, 90, 60), (0, 0, width // 2, height // 2))
    exif = Image.Exif()
    exif[0x010F] = "Sample camera"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (28.0, 11.0, 49.0)
    target = io.BytesIO()
    image.save(target, "JPEG", quality=85, exif=exif)
    return target.getvalue()


@lru_cache(maxsize=1)
def a_jpeg_of_48_megapixels() -> bytes:
    """Return what a 48-megapixel camera takes."""
    return a_jpeg(8000, 6000)


def a_truncated_jpeg() -> bytes:
    """Return a photo whose sending was cut off."""
    whole = a_jpeg()
    return whole[: len(whole) // 2]


@lru_cache(maxsize=1)
def a_bomb() -> bytes:
    """Return a PNG of 121 megapixels in about 15 kB, made without ever holding them."""
    side = 11_000
    row = b"\0" + b"\0" * ((side + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
