"""The clock: when jobs are due, by local time, and that one instance does each, however many are up."""
