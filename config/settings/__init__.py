"""Settings: ``base`` for all, and ``dev``, ``demo``, ``test`` and ``production`` for each way of running."""
