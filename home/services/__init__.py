"""Operations of the front door."""
