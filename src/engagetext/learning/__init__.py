"""Labelled passages -> a model folder with its card; the only room that knows scikit-learn's solvers."""
