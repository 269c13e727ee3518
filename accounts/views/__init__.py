"""What a request about people is answered with."""
