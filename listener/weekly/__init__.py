"""The weekly report of a brand: measured once, kept as data, and written in any shipped language; it sends nothing."""
