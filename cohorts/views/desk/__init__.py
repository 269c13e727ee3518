"""The facilitator's desk: one module for each tab of a cohort, and the frame they share."""
