"""The reports: pages over the marts, and what they share."""
