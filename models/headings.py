"""How a post's title and text are read as one."""


def with_title(title: str | None, text: str) -> str:
    """The title, if there is one, on a line of its own before the text: so a post is classified and explained."""
    return f"{title}\n{text}" if title else text
