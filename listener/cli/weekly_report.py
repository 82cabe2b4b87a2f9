"""What ``listener report weekly`` does beside other reports: a week, a language, and data that are kept."""

from dataclasses import replace

from sqlmodel import Session

from listener.progress import Progress
from listener.reports.asking import ReportRequest
from models.errors import InputError


def weekly_report(
    session: Session,
    request: ReportRequest,
    format: str,
    progress: Progress,
    *,
    week: str | None = None,
    lang: str | None = None,
    again: bool = False,
) -> bytes:
    """The week's report in a format: the kept one, or a new one that is then kept. The caller commits.

    Without a week or a beginning, the last whole one. Raises InputError for a wrong word, or posts that are narrowed.
    """
    from listener.weekly.keeping import asked_for, kept_or_made
    from listener.weekly.writing import FORMATS, written
    from listener.wording import LANGUAGES

    language = (lang or "en").replace("-", "_")
    if language not in LANGUAGES:
        raise InputError(f"--lang {lang!r}: use {', '.join(LANGUAGES)}")
    if format not in FORMATS:
        raise InputError(f"--format {format!r}: weekly is made as {', '.join(FORMATS)}")
    if replace(request.filters, since=None, until=None) != ReportRequest(request.brand, request.as_of).filters:
        raise InputError("the weekly report is of all posts: leave --source, --stage and the like out")
    wanted = request if week is None else asked_for(session, request.brand, week, request.as_of)
    return written(kept_or_made(session, wanted, again=again, progress=progress), format, language)
