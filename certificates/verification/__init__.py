"""Verifying a certificate: what may be told to a stranger who holds the token, and nothing else. Never renders."""

from certificates.verification.result import VerificationResult, result_for_serial, result_for_token

__all__ = ["VerificationResult", "result_for_serial", "result_for_token"]
