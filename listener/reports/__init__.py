"""Pure measures, then rendering: what a report says is computed here from rows handed in."""
