"""The tables of people."""

from accounts.models.consent import Consent
from accounts.models.device import SignedInDevice
from accounts.models.message import Message
from accounts.models.review import ReviewState, ReviewTask
from accounts.models.sign_in_code import SignInCode
from accounts.models.user import User

__all__ = ["Consent", "Message", "ReviewState", "ReviewTask", "SignInCode", "SignedInDevice", "User"]
