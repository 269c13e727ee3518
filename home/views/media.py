"""Pictures of the content, where no web server in front serves them. Originals and handouts are not served here."""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

RENDITIONS = "images/"
"""The folder that Wagtail writes renditions into."""


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a rendition of a picture. Names are never used twice, so browsers may keep them for ever."""
    if not path.startswith(RENDITIONS):
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
