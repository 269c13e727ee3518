"""The ground: what two or more rooms need. It knows none of them; what must go up goes through ``registries``."""
