"""The admin's own API, which knows no hooks, behind the same refusals as its screens."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from wagtail.admin.api.actions.delete import DeletePageAPIAction
from wagtail.admin.api.actions.unpublish import UnpublishPageAPIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.models import Page

from foundation.keeping import why_page_stays, why_page_stays_published


class CarefulDeletion(DeletePageAPIAction):
    """Deletes a page, unless some room says why it stays."""

    def execute(self, instance: Page, data: Any) -> Response:
        """Answer 400 with the sentence, or delete."""
        if sentence := why_page_stays(instance):
            raise ValidationError({"detail": sentence})
        return super().execute(instance, data)


class CarefulUnpublishing(UnpublishPageAPIAction):
    """Unpublishes a page, unless some room says why it stays."""

    def execute(self, instance: Page, data: Any) -> Response:
        """Answer 400 with the sentence, or unpublish."""
        if sentence := why_page_stays_published(instance):
            raise ValidationError({"detail": sentence})
        return super().execute(instance, data)


PagesAdminAPIViewSet.actions = {
    **PagesAdminAPIViewSet.actions,
    "delete": CarefulDeletion,
    "unpublish": CarefulUnpublishing,
}
