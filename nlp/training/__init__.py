"""Fits and measures models; needs the ``train`` extra."""
