"""The WSGI entry point; gunicorn loads ``config.wsgi:application``."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


def in_utf8_only(inner: Application) -> Application:
    """Wrap ``inner`` so that no request chooses how its bytes are read.

    Django believes the charset of Content-Type, before any middleware, and Python knows charsets that are no text
    (hex, rot13) or give half characters (unicode_escape): each would be an error 500.
    """

    def application(environ: Environ, start_response: Any) -> Iterable[bytes]:
        kind, *options = environ.get("CONTENT_TYPE", "").split(";")
        kept = [option for option in options if not option.strip().lower().startswith("charset")]
        environ["CONTENT_TYPE"] = ";".join([kind, *kept])
        return inner(environ, start_response)

    return application


application = in_utf8_only(get_wsgi_application())
