"""Runs that are kept: what a run is (identity), where it lies (store, kept), and how it leaves (export)."""
