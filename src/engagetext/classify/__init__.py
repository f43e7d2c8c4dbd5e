"""Themes and obstacles: passages, their features, a linear model, its calibration and thresholds."""
