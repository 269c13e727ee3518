"""Named field factories, so that an identifier or an instant is declared the same way in every model."""

import uuid
from typing import Any

from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import models


def public_uuid() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    """Return the identifier that outsiders see: random, unique, never edited. Inside the process we use ``id``."""
    return models.UUIDField(default=uuid.uuid4, unique=True, editable=False)


def sha256_field(**options: Any) -> "models.CharField[str, str]":
    """Return a field for a SHA-256 in lower-case hexadecimal (64 characters)."""
    return models.CharField(max_length=64, editable=False, **options)


def private_storage() -> Storage:
    """Return the storage whose files have no address of their own; a view that checks rights serves them."""
    return storages["private"]
