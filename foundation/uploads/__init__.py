"""The one way in for files, whichever door they come through: a form, the API, the Wagtail admin or an import.

Pure functions over bytes and file objects: no database, no models, no request. ``docs/uploads.md`` tells the whole way.
"""

from foundation.uploads.documents import CleanDocument, clean_document, clean_table, clean_word_document, decoded_text
from foundation.uploads.images import CleanImage, ImageFormat, clean_photo, clean_picture
from foundation.uploads.refusals import RefusalCode, UploadRefused
from foundation.uploads.sound import SOUND_TYPES, CleanRecording, clean_recording
from foundation.uploads.source import Upload
from foundation.uploads.storage import PrivateStorage, random_name, store_atomically
from foundation.uploads.voice import VOICE_TYPES, CleanVoice, clean_voice

__all__ = [
    "SOUND_TYPES",
    "VOICE_TYPES",
    "CleanDocument",
    "CleanImage",
    "CleanRecording",
    "CleanVoice",
    "ImageFormat",
    "PrivateStorage",
    "RefusalCode",
    "Upload",
    "UploadRefused",
    "clean_document",
    "clean_photo",
    "clean_picture",
    "clean_recording",
    "clean_table",
    "clean_voice",
    "clean_word_document",
    "decoded_text",
    "random_name",
    "store_atomically",
]
