"""Journeys as data: the shipped ones, and how a file of one's own is read."""
