"""Scored records -> figures for people."""
