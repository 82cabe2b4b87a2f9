"""Which role each route needs. What is not named here may be read by any reader and written by admins alone."""

from dataclasses import dataclass
from re import Pattern

from starlette.routing import compile_path

from models.words import Role

SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call some methods of a path; ``role`` is None where nobody is asked for a name.

    ``is_open_here``: a program on this very machine may call it without a key.
    """

    methods: tuple[str, ...]
    path: str
    role: Role | None
    pattern: Pattern[str]
    is_open_here: bool = False


def _rule(methods: str, path: str, role: Role | None, *, is_open_here: bool = False) -> Rule:
    return Rule(tuple(methods.split()), path, role, compile_path(path)[0], is_open_here)


RULES = (
    # open: what is needed to sign in, what a load balancer asks, and what proves by itself who sends it
    _rule("GET", "/static/{path:path}", None),
    _rule("GET POST", "/sign-in", None),
    _rule("GET", "/api/v1/health", None),
    _rule("POST", "/api/v1/webhook/{brand}", None),
    _rule("GET", "/api/v1/metrics", Role.READER, is_open_here=True),
    # one's own account
    _rule("POST", "/sign-out", Role.READER),
    _rule("POST", "/account/password", Role.READER),
    _rule("POST", "/account/reading", Role.READER),
    # work on posts
    _rule("POST", "/api/v1/posts/{id}/corrections", Role.AGENT),
    _rule("DELETE", "/api/v1/posts/{id}/corrections/{correction_id}", Role.AGENT),
    _rule("POST", "/api/v1/inbox/actions", Role.AGENT),
    _rule("POST", "/api/v1/inbox/actions/{id}/undo", Role.AGENT),
    _rule("POST", "/inbox/actions", Role.AGENT),
    _rule("POST", "/inbox/actions/{id}/undo", Role.AGENT),
    # one's own views of it
    _rule("POST", "/inbox/views", Role.READER),
    _rule("POST", "/inbox/views/{id}/deleted", Role.READER),
    # what changes everybody's figures
    _rule("POST", "/api/v1/import", Role.MANAGER),
    _rule("POST", "/brands/{slug}/reports", Role.MANAGER),
    _rule("PUT", "/api/v1/themes/{id}", Role.MANAGER),
    _rule("PUT", "/api/v1/journeys/{journey}/eases", Role.MANAGER),
    _rule("POST", "/brands/{slug}/themes/{id}/name", Role.MANAGER),
    _rule("POST", "/brands/{slug}/journey/eases", Role.MANAGER),
    _rule("POST", "/brands/{slug}/settings/query", Role.MANAGER),
    # who may come in
    _rule("GET POST", "/people", Role.ADMIN),
    _rule("POST", "/people/{id}/role", Role.ADMIN),
    _rule("POST", "/people/{id}/password", Role.ADMIN),
    _rule("POST", "/people/{id}/disabled", Role.ADMIN),
    _rule("POST", "/people/keys", Role.ADMIN),
    _rule("POST", "/people/keys/{id}/revoked", Role.ADMIN),
)


def rule_of(method: str, path: str) -> Rule | None:
    """The rule that names this method and path."""
    method = "GET" if method == "HEAD" else method
    return next((rule for rule in RULES if method in rule.methods and rule.pattern.match(path)), None)


def needed_role(method: str, path: str) -> Role | None:
    """The lowest role that may call this; None where nobody is asked."""
    rule = rule_of(method, path)
    if rule is not None:
        return rule.role
    return Role.READER if method in SAFE else Role.ADMIN
