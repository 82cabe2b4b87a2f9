"""The sample brand that ships: a fictional coffee roaster and two rivals, eight weeks of posts written for it."""

from listener.demo.posts import BRANDS, demo_rows

__all__ = ["BRANDS", "demo_rows"]
