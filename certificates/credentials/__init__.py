"""The room of the machine-readable record: Open Badges 3.0 ``AchievementCredential`` made from ``Certificate.frozen``.

Empty until certificates are signed, because a credential without a proof would promise what it cannot keep.
"""
