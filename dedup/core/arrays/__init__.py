"""Operations on arrays of any content: ragged rows, sorting, hashing, components, pair codes, scratch memory."""
