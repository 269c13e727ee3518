"""What the pipeline takes at most. Bytes, pixels and counts, each with its reason."""

from typing import Final

MIB: Final = 1024 * 1024

#: A JPEG of 108 megapixels from a phone weighs 15 to 35 MiB.
MAX_IMAGE_BYTES: Final = 40 * MIB
MAX_DOCUMENT_BYTES: Final = 10 * MIB
#: An hour as a phone records it (128 kbit/s) is 55 MiB.
MAX_RECORDING_BYTES: Final = 60 * MIB
#: Ten minutes as a phone's browser records speech (32 kbit/s) are 2.4 MB.
MAX_VOICE_BYTES: Final = 3_000_000
MAX_VOICE_SECONDS: Final = 600
#: A Word file with ten photos straight from a phone; it is read once, its pictures are shrunk, and it is thrown away.
MAX_WORD_BYTES: Final = 50 * MIB

#: Phones take 48 to 108 megapixels; a plain JPEG of that size is decoded at a fraction of it and costs little memory.
MAX_SCALABLE_PIXELS: Final = 120_000_000
#: A JPEG in several scans keeps all its coefficients at full size, 3 to 6 bytes a pixel: enough for 48 megapixels.
MAX_SEVERAL_SCANS_PIXELS: Final = 50_000_000
#: Everything that must be decoded whole (PNG, WebP, GIF, HEIC): 100 MB of pixels, and up to four times that at work.
MAX_WHOLE_PIXELS: Final = 25_000_000
#: Above this, pictures that are decoded whole wait for each other, so that memory does not grow with the threads.
MANY_WHOLE_PIXELS: Final = 8_000_000
#: A progressive JPEG has about ten scans; thousands of them are a known way to burn a processor.
MAX_JPEG_SCANS: Final = 64

#: A list of people: 2,000 rows weigh 200 kB, and four times that with an office's decoration.
MAX_TABLE_BYTES: Final = 5 * MIB

MAX_PDF_PAGES: Final = 500

MAX_ARCHIVE_MEMBERS: Final = 2_000
MAX_ARCHIVE_UNPACKED_BYTES: Final = 100 * MIB
#: XML packs to between a fifth and a fiftieth; small archives are left alone because one repetitive sheet can pass it.
MAX_ARCHIVE_RATIO: Final = 100
RATIO_APPLIES_ABOVE_BYTES: Final = 5 * MIB
