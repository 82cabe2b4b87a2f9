"""The reports by name and the modules that make them; imports nothing, so that ``listener --help`` stays quick."""

MODULES = {
    "response-gap": "response_gap_kind",
    "shares": "shares_kind",
    "coverage": "coverage_kind",
    "themes": "themes_kind",
    "trends": "trends_kind",
    "word-cloud": "word_cloud_kind",
    "influence-loop": "influence_loop_kind",
    "journey": "journey_kind",
    "weekly": "weekly_kind",
}
NAMES = tuple(MODULES)
