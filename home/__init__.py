"""The front door: home and standard pages, Today, Course, Me, health, the demonstration."""
