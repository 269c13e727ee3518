"""Operations on what is taught."""
