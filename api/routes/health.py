"""``GET /health``: whether the service works, and what waits."""

from functools import cache
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter, Response
from sqlmodel import Session, func, select

import models.database
from api import examples
from api.dependencies import ClockDep, SessionDep, SharedDep
from api.problems import problem_responses
from api.shapes import Health
from models.errors import ModelError
from models.reads.mentions import count_unlabelled
from models.tables import Post
from nlp.moments import ModelChoice, load_classifier

router = APIRouter(tags=["service"])


@router.get(
    "/health",
    summary="Whether the service works",
    description="503 if the database cannot be reached, or was not brought up to date.",
    response_model=Health,
    responses={200: examples.answer(examples.HEALTH, "It works."), **problem_responses(503)},
)
def health(session: SessionDep, clock: ClockDep, shared: SharedDep, response: Response) -> Health:
    """Look at the database and the model."""
    head, now_at = migration_head(), _migration(session)
    model = _model(shared.choice)
    status = "migration" if head != now_at else "model" if model is None else "ok"
    response.status_code = 200 if status == "ok" else 503
    return Health(
        status=status,
        version=version("moment-listener"),
        migration=now_at,
        migration_head=head,
        post_count=count_posts(session),
        unlabelled_count=count_unlabelled(session, model) if model is not None else None,
        model=model,
        as_of=clock(),
    )


def count_posts(session: Session) -> int:
    """How many posts are stored."""
    return session.exec(select(func.count()).select_from(Post)).one()


@cache
def migration_head() -> str:
    """The newest migration that this version ships."""
    from alembic.script import ScriptDirectory

    folder = Path(models.database.__file__).parent / "migrations"
    return str(ScriptDirectory(str(folder)).get_current_head())


def _migration(session: Session) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(session.connection()).get_current_revision()


def _model(choice: ModelChoice | None) -> str | None:
    try:
        return load_classifier(choice).model
    except ModelError:
        return None
