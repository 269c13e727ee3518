"""What somebody may do to a page: Wagtail's rights, narrowed to what the groups are for (docs/roles.md)."""

from typing import Any

from django.contrib.auth.models import Group
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Page, PagePermissionTester, Revision

from accounts.enums import SiteGroup
from accounts.rules.second_person import translation_of, why_not_publish
from accounts.rules.whole import require_whole
from foundation.refusals import Refused

CHANGE = "change"


class PageRights(PagePermissionTester):
    """Wagtail's rights on one page for one person, with these differences:

    - nobody publishes their own words, and nothing is published in the moment it is made or copied;
    - whoever may only add (a volunteer) adds where the page says so, moves nothing, and deletes what was never public;
    - a translator edits translations, and nothing that was written in its language.
    """

    is_translator_here = False
    """Whether this person may edit the page because it is a translation, and for nothing else."""

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        if user.is_active and not user.is_superuser:
            self.permissions = {name for name, group in self._granted() if group != self._translators}
            self.is_translator_here = self._translates and translation_of(page).exists()

    def _granted(self) -> set[tuple[str, int]]:
        return {
            (permission.permission.codename.rsplit("_", maxsplit=1)[0], permission.group_id)
            for permission in self.permission_policy.get_cached_permissions_for_user(self.user)
            if self.page.path.startswith(permission.page.path)
        }

    @property
    def _translators(self) -> int | None:
        """The id of the translators' group, asked once for a person."""
        if not hasattr(self.user, "_translators_group"):
            found = Group.objects.filter(name=SiteGroup.TRANSLATOR).values_list("pk", flat=True).first()
            self.user._translators_group = found
        known: int | None = self.user._translators_group
        return known

    @property
    def _translates(self) -> bool:
        return CHANGE not in self.permissions and (CHANGE, self._translators) in self._granted()

    @property
    def _only_adds(self) -> bool:
        """Whether this is somebody who writes pages of their own, and looks after none of others."""
        return not self.user.is_superuser and CHANGE not in self.permissions

    @property
    def has_publish_right(self) -> bool:
        """Whether this person may publish here at all, whoever wrote what."""
        return bool(super().can_publish())

    @cached_property
    def why_not_publish(self) -> str:
        """Why this person, who has the right, may not publish the page as it stands; empty when they may."""
        return why_not_publish(user=self.user, page=self.page)

    def can_publish(self) -> bool:
        """Tell whether this person may publish the page as it stands now."""
        return self.has_publish_right and not self.why_not_publish

    def can_publish_subpage(self) -> bool:
        """Tell that nothing is published in the moment it is made or copied: a second person reads it first."""
        return False

    def can_set_view_restrictions(self) -> bool:
        """Tell whether this person may say who reads the page."""
        return self.has_publish_right

    def can_unschedule(self) -> bool:
        """Tell whether this person may take a date of publication back."""
        return self.has_publish_right

    def can_add_subpage(self) -> bool:
        """Tell whether this person may write a new page here."""
        if self._only_adds and not getattr(self.page.specific_class, "is_open_to_writers", False):
            return False
        return bool(super().can_add_subpage())

    def can_edit(self) -> bool:
        """Tell whether this person may change the page's words."""
        return bool(super().can_edit()) or self.is_translator_here

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Tell whether this person may delete the page. What was public once is deleted by editors only."""
        if self._only_adds and self.page.first_published_at:
            return False
        return bool(super().can_delete(ignore_bulk=ignore_bulk))

    def can_move(self) -> bool:
        """Tell whether this person may put the page elsewhere."""
        return not self._only_adds and bool(super().can_move())


class HasRights:
    """Mixin for page models: the rights above, at every door."""

    is_open_to_writers = False
    """Whether volunteers may write new pages below this one."""

    def permissions_for_user(self, user: Any) -> PageRights:
        """Return what this person may do to the page; Wagtail's screens and actions ask here."""
        return PageRights(user, self)

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> Any:
        """Publish a revision. Raises ``PublishPagePermissionError``, and ``Refused`` when it is not finished."""
        silent = _who_publishes(revision) if user is None else None
        if silent is not None and not self.permissions_for_user(silent).can_publish():
            raise PublishPagePermissionError(_("You do not have permission to publish this page."))
        if user or silent:
            require_whole(revision.as_object())
        return super().publish(revision, user=user, **options)  # type: ignore[misc]


class PublishedBySecondPerson:
    """Mixin for what is no page and has drafts: Wagtail asks there for the right to publish all of a kind only."""

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> Any:
        """Publish a revision. Raises ``Refused`` with the reason; what was saved before stays a draft."""
        person = user or _who_publishes(revision)
        if person is not None and (reason := why_not_publish(user=person, page=self)):
            raise Refused("second_person", reason, status=403)
        if person is not None:
            require_whole(revision.as_object())
        return super().publish(revision, user=user, **options)  # type: ignore[misc]


def _who_publishes(revision: Revision) -> Any:
    """Return who publishes without saying who they are: whoever saved the revision. wagtail-localize does so.

    Without anybody at all it is a loader or a release, and with a date that was agreed to before it is the clock.
    """
    return revision.user if revision.approved_go_live_at is None else None
