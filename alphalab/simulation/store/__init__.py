"""Runs that are kept: what a run is (identity), where it lies (store, kept), who makes it (claims), export."""
