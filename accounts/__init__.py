"""Who somebody is: user, profile, sign-in, consent, messages."""
