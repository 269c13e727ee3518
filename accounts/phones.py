"""What counts as a phone number here. Pure: no database, no request."""

import re
import unicodedata

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HOME_REGION = "CN"
CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
"""The numbering plan of mainland mobiles. The library's own table lags behind newly opened ranges by months."""

TYPED = re.compile(r"[\d\s().+\-\u2010-\u2015]+")
"""What people type between and around digits, after full-width forms were folded."""

UNKNOWN = _("This is not a mobile number that we can send a code to. It has 11 digits, for example 138 1234 5678.")


def normalise_phone(typed: str) -> str:
    """Return a mobile number as E.164 (``+8613800138000``), however a person typed it.

    Takes spaces, dashes, dots, brackets, full-width digits and ``+86``, ``0086`` or ``86`` in front. Raises
    ``ValidationError`` with a sentence for the reader. ``settings.PHONE_REGIONS`` opens other regions than China.
    """
    text = "".join(c for c in unicodedata.normalize("NFKC", typed) if unicodedata.category(c) != "Cf").strip()
    if not TYPED.fullmatch(text):
        raise ValidationError(UNKNOWN, code="phone")
    try:
        number = phonenumbers.parse(re.sub(r"[\u2010-\u2015]", "-", text), HOME_REGION)
    except phonenumbers.NumberParseException as fault:
        raise ValidationError(UNKNOWN, code="phone") from fault
    if not _is_taken(number):
        raise ValidationError(UNKNOWN, code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spoken_phone(phone: str) -> str:
    """Return a stored number as people write it: 138 0013 8000, or with its country code when it is foreign."""
    try:
        number = phonenumbers.parse(phone, HOME_REGION)
    except phonenumbers.NumberParseException:
        return phone
    if number.country_code != phonenumbers.country_code_for_region(HOME_REGION):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    digits = str(number.national_number)
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}"


def _is_taken(number: phonenumbers.PhoneNumber) -> bool:
    regions: tuple[str, ...] = tuple(getattr(settings, "PHONE_REGIONS", (HOME_REGION,)))
    if number.country_code == phonenumbers.country_code_for_region(HOME_REGION):
        return HOME_REGION in regions and bool(CHINESE_MOBILE.fullmatch(str(number.national_number)))
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return (
        phonenumbers.is_valid_number(number)
        and phonenumbers.region_code_for_number(number) in regions
        and phonenumbers.number_type(number) in mobile
    )
