"""Template tags of the courses."""
