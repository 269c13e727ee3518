"""Operations of learning: each a function with keyword-only arguments, the actor and the time passed in.

Each validates, writes state, audit line and message in one transaction, and returns. Refusals are ``Refused`` with a
sentence for the reader.
"""
