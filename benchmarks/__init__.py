"""Scores and speed of the packaged model, each by one command."""
