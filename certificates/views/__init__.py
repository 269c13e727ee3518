"""Screens of certificates: verifying one, and fetching one's own."""
