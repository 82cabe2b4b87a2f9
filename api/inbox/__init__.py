"""The inbox: which posts wait for an answer, and what people do about them, as pages and as API. It sends nothing."""
