"""The front door: home and standard pages, Today, Me, the facilitator's desk of the site, health."""
