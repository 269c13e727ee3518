"""The foundation's operations."""
