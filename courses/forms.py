"""What readers, principals and editors are asked: about a practice in plain questions, a mistake, a theme."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.enums import CostBand, CreditAs, ReportState
from courses.models import MistakeReport, Theme

LONGEST = 4000  # characters of one long answer
MOST_STEPS = 12
PRINTED: dict[str, tuple[str, ...]] = {
    CreditAs.NAME_AND_SCHOOL: ("author", "school"),
    CreditAs.SCHOOL: ("school",),
    CreditAs.REGION: ("region",),
}
"""The fields that each agreed credit is made of."""


class PracticeForm(forms.Form):
    """The short form. It takes the answers as they are kept, ``{name: words}``, and says what is still missing."""

    title = forms.CharField(
        label=_("What do you call it?"),
        max_length=80,
        help_text=_("As you would tell a colleague. For example: Talks under the big tree."),
    )
    summary = forms.CharField(
        label=_("In one sentence: what do you do, and what for?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    themes = forms.MultipleChoiceField(
        label=_("What is it about?"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    problem = forms.CharField(
        label=_("What was not right before?"),
        help_text=_("What did you see children do, or not do?"),
        max_length=LONGEST,
        widget=forms.Textarea,
    )
    context = forms.CharField(
        label=_("What kind of school is yours?"),
        help_text=_("How many children, boarding or not, who looks after them at home."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea,
    )
    steps = forms.CharField(
        label=_("What do you do, step by step?"),
        help_text=_("One step a line, at most twelve."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    people = forms.CharField(label=_("Who does it, and how many?"), max_length=120, required=False)
    effort = forms.CharField(label=_("How often, and how long?"), max_length=80, required=False)
    cost = forms.ChoiceField(
        label=_("What does it cost?"), choices=CostBand.choices, required=False, widget=forms.RadioSelect
    )
    risks = forms.CharField(
        label=_("What could hurt a child, and what do you do so that it does not happen?"),
        help_text=_("For example: what you do when a child tells of danger, and who may see what was written."),
        max_length=LONGEST,
        widget=forms.Textarea,
    )
    suits = forms.CharField(
        label=_("For which children and schools does it suit, and for which not?"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea,
    )
    evidence = forms.CharField(
        label=_("What did you see change?"),
        help_text=_("What you saw with your own eyes is worth more than a figure."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea,
    )
    credit_as = forms.ChoiceField(
        label=_("What may we print as its author?"), choices=CreditAs.choices, widget=forms.RadioSelect
    )
    author = forms.CharField(label=_("Your name, as it is to be printed"), max_length=60, required=False)
    school = forms.CharField(label=_("Your school"), max_length=100, required=False)
    region = forms.CharField(
        label=_("Province or county"), max_length=60, required=False, help_text=_("Shown with the practice.")
    )
    licence = forms.BooleanField(
        label=_("Others may use, print and adapt it, if they say where it comes from (licence CC BY 4.0).")
    )
    dignity = forms.BooleanField(
        label=_("No child can be recognised in the words or the photos, and nobody is put to shame by them.")
    )

    GROUPS = (
        (_("What it is"), ("title", "summary", "themes")),
        (_("Why you began"), ("problem", "context")),
        (_("How you do it"), ("steps",)),
        (_("What it needs"), ("people", "effort", "cost")),
        (_("With care"), ("risks", "suits")),
        (_("What you saw"), ("evidence",)),
        (_("Who is named"), ("credit_as", "author", "school", "region")),
        (_("Two things to confirm"), ("licence", "dignity")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = [(theme.key, str(theme)) for theme in Theme.objects.all()]
        self.fields["themes"].choices = themes  # type: ignore[attr-defined]
        if not themes:
            del self.fields["themes"]
        self.use_required_attribute = False  # a draft may lack anything

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the fields under their headings."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.GROUPS]

    def clean_steps(self) -> str:
        """Refuse more steps than anybody remembers."""
        typed: str = self.cleaned_data["steps"]
        lines = [line for line in typed.splitlines() if line.strip()]
        if len(lines) > MOST_STEPS:
            raise forms.ValidationError(
                _("That is %(number)d steps. Please join some: twelve are the most."), params={"number": len(lines)}
            )
        return typed

    def clean(self) -> dict[str, Any]:
        """Ask for the words that the agreed credit is made of."""
        cleaned = super().clean() or {}
        for name in PRINTED.get(str(cleaned.get("credit_as")), ()):
            if not cleaned.get(name):
                self.add_error(name, _("Please write this too: you chose to have it printed."))
        return cleaned


TICKS = tuple(name for name, field in PracticeForm.base_fields.items() if isinstance(field, forms.BooleanField))
TEXTS = tuple(name for name in PracticeForm.base_fields if name not in (*TICKS, "themes"))
"""Names of the fields that are ticks, and of those that are words; ``themes`` is a list."""


class MistakeForm(forms.ModelForm):
    """What a reader found wrong on a page. ``website`` is hidden: only programs fill it in."""

    website = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)

    class Meta:
        model = MistakeReport
        fields = ("text", "quotation")
        labels = {"text": _("What is wrong?"), "quotation": _("Which words is it about?")}
        help_texts = {
            "text": _("A wrong word, a broken link, a fact that does not hold: one sentence is enough."),
            "quotation": _("Copy them here, if you can."),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 4}), "quotation": forms.Textarea(attrs={"rows": 2})}
        error_messages = {"text": {"required": _("Please say what is wrong.")}}

    @property
    def is_from_a_program(self) -> bool:
        """Whether the field that no person sees was filled in."""
        return bool(self.data.get("website"))


class CloseReportForm(forms.Form):
    """What became of a report, in a word."""

    state = forms.ChoiceField(
        label=_("What became of it"),
        choices=[(ReportState.MENDED, _("Mended")), (ReportState.DECLINED, _("Left as it is"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("A word about it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever reported it reads this, if they were signed in."),
    )

    def clean_answer(self) -> Any:
        """Return the word without space around it."""
        return self.cleaned_data["answer"].strip()


def _name_in(language: str) -> str:
    return gettext("Name in %(language)s") % {"language": language}


NAME_FIELDS = {f"name_{code.replace('-', '_')}": code for code, _label in settings.LANGUAGES}
"""The fields that a theme's names are typed in, and the language of each."""


class _NamedInEveryLanguage(WagtailAdminModelForm):
    """Types a theme's names in a field for each language, instead of in JSON."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, language in NAME_FIELDS.items():
            self.fields[field].initial = self.instance.names.get(language, "")
        self.fields["key"].disabled = self.instance.pk is not None  # addresses and course files name it

    def save(self, commit: bool = True) -> Any:
        """Write the names; one in a language that the site no longer has is kept."""
        typed = {language: self.cleaned_data[field] for field, language in NAME_FIELDS.items()}
        self.instance.names = {**self.instance.names, **typed}
        return super().save(commit=commit)


ThemeForm = type(
    "ThemeForm",
    (_NamedInEveryLanguage,),
    {
        name: forms.CharField(label=lazy(_name_in, str)(label), max_length=40)
        for name, (_code, label) in zip(NAME_FIELDS, settings.LANGUAGES, strict=True)
    },
)
"""The form of a theme, with one field of a name for each language of the site."""
