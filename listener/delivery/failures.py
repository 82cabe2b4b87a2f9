"""What a failed attempt says: why, whether it is worth another one, and when at the earliest."""


class NotTaken(Exception):
    """A channel did not take a message. Its text goes into the log, so it holds no address and no secret.

    ``after_seconds``: how long the other side asked to be left alone. ``is_final``: it will never take it.
    """

    def __init__(self, reason: str, *, after_seconds: float = 0.0, is_final: bool = False) -> None:
        super().__init__(reason)
        self.after_seconds, self.is_final = after_seconds, is_final
