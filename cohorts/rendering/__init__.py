"""What is drawn of a cohort: QR codes, invitations, a chart, and a table that a template would be too slow for."""
