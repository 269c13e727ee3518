"""Phone numbers, as people type them and as we keep them."""

import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REGION = "CN"
"""Codes are sent to numbers of this region only, until another country is opened (SMS fraud pays per message)."""

NOT_A_NUMBER = _("This is not a Chinese mobile number. Please type its 11 digits, for example 138 0000 0000.")


def normalise_phone(typed: str) -> str:
    """Return the number in E.164, such as ``+8613800000000``.

    Takes spaces, dashes, brackets, full-width digits, +86 and 0086. Raises ``ValidationError`` for anything that is
    not a Chinese mobile number.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException as error:
        raise ValidationError(NOT_A_NUMBER, code="phone") from error
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    is_ours = phonenumbers.is_valid_number_for_region(number, REGION) and phonenumbers.number_type(number) in mobile
    if not is_ours:
        raise ValidationError(NOT_A_NUMBER, code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask_phone(phone: str) -> str:
    """Return the number with its middle hidden: 138****0000."""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}"
