"""Draws measured reports: one definition of each chart for pages, files and mails; it measures nothing itself."""
