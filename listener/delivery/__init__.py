"""Delivery: brings what stands in the outbox to channels, by Apprise or as signed webhooks; it writes no messages."""
