"""What is drawn of a cohort: QR codes and invitations."""
