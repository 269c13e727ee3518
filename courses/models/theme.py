"""Themes: the words under which practices are found."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

KEY = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Theme(models.Model):
    """A word under which practices are found, for example heart-to-heart talks. One row serves every language."""

    key = models.SlugField(
        _("key"),
        unique=True,
        validators=[RegexValidator(KEY, _("Lower-case letters, digits and hyphens, for example boarding-life."))],
        help_text=_("Lower-case letters and hyphens; it stands in addresses."),
    )
    names = models.JSONField(_("names"), default=dict, help_text=_("One for each language of the site."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name_in(get_language() or "")

    def name_in(self, language: str) -> str:
        """Return the name in ``language``, else in any language that has one, else the key."""
        return str(self.names.get(language) or next(iter(self.names.values()), self.key))
