"""Who learns, when, and how far: cohorts, enrolments, learning events and progress, submissions and reviews."""
