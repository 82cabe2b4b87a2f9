"""Alerts: a file for each kind measures what is to be told, purely; looking and telling stand beside them."""
