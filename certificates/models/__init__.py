"""The tables of certificates."""

from certificates.models.certificate import Certificate, CertificateFile
from certificates.models.serial import SerialCounter

__all__ = ["Certificate", "CertificateFile", "SerialCounter"]
