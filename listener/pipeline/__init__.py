"""The steps that a post goes through: the only place that sees readers, classifiers and the store together."""
