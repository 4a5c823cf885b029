"""Blocks over cores and machines: a plan cut into parts, the parts spread by joblib, the results put together."""
