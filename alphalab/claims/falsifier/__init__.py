"""The falsifier: adversarial search over gradients, over runs and over spaces, for what would break a claim.

attack       the search and what it found            arenas       spaces of single gradients
runs         spaces of runs: a problem x a method    prescribed   runs whose step depends on the start
subjects     the problems of the runs                orbits       a run that never approaches stationarity
functions    classes, known by finitely many points   interpolation   the search among all functions of a class
intervals    an instance checked again               records      the greatest left/right known, as instances
attacked     what the search left standing

A claim that is no bound on gradients or runs declares its own space (claims/space).
"""

from alphalab.claims.falsifier.attack import Attack, attack, attack_all, attackable, departures

__all__ = ["Attack", "attack", "attack_all", "attackable", "departures"]
