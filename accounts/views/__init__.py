"""Screens about people: signing in, names, profile, and the page that shows codes where nothing is sent."""
