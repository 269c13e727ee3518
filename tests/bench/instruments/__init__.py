"""What the suites measure with: a weak link, a visit with its figures, a lesson made for measuring, Lighthouse."""
