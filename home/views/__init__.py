"""Screens of the front door. Views speak in sentences: parse, call, respond."""
