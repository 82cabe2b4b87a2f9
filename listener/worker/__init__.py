"""The distributed engine: Celery tasks that call the steps of a pass, and a clock that starts passes."""
