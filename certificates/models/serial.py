"""Serial numbers without gaps."""

from django.db import models


class SerialCounter(models.Model):
    """The last number given in a year. Locked and raised in the transaction that makes the certificate's row."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="serial_counter_once_per_year")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"
