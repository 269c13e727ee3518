"""Operations on people: signing in, consent, names, messages."""
