r"""Nonlinearities that libraries and papers use, decided by `certify`: a member of the family, or what survives.

    sqrt(M)/sigma(1) of a member, sqrt(M^)/a of another: the factor of sqrt(2 L Delta/T) in the bound on mean N

Each is read twice for a matrix of SIDE x SIDE: on its components, d_i = sigma(g_i/(||g||_2+eps)), n = SIDE^2; and on
its singular values, D = U sigma(S/(||G||_F+eps)) V^T, n = SIDE. The sign is Muon's and Scion's exact polar factor.
S3 divides by a p-norm of past gradients; here it is that of one, and of 1.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from alphalab.claims.family import SigmaCertificate, certify

SIDE = 1024


@dataclass(frozen=True)
class Published:
    """A nonlinearity: its name, sigma as an expression in u, and who uses it."""

    name: str
    sigma: str
    used: str

    @functools.cached_property
    def certificate(self) -> SigmaCertificate:
        """What `certify` decides."""
        return certify(self.sigma)

    def row(self) -> dict[str, str | float]:
        """Return a row of the table: the verdict, a and b of a u <= sigma(u) <= b u, c = max sigma, three factors."""
        found = self.certificate
        (a, b, c), failures = found.lines, found.failures()
        fails = ", ".join(f"not {name} at u = {failures[name]:.4g}" for name in found.missing() if name in failures)
        return {
            "name": self.name,
            "sigma": self.sigma,
            "used": self.used,
            "verdict": "member" if found.holds else fails or "undecided",
            "a": a,
            "b": b,
            "c": c,
            "components": found.price(SIDE**2),
            "singular values": found.price(SIDE),
            "best iterate": found.best_price,
        }


PUBLISHED: tuple[Published, ...] = (
    Published("identity", "u", "normalised gradient descent"),
    Published("sign", "sign(u)", "signSGD, Signum, Lion; of singular values Muon's and Scion's polar factor"),
    Published("Newton-Schulz, 5 times", "quintic(quintic(quintic(quintic(quintic(u)))))", "Muon, Scion"),
    Published("tanh", "tanh(3*u)", "AlphaGrad, SoftSignum"),
    Published("looped tanh", "sin(3*tanh(2*u))", "AlphaGrad, section 7"),
    Published("hybrid", "tanh(3*u)/2 + u/2", "AlphaGrad, section 7"),
    Published("hard clip", "clip(3*u)", "clipping by components"),
    Published("soft clip", "2*u/(1 + abs(2*u))", "smoothed clipping"),
    Published("softsign", "softsign(u)", "activations"),
    Published("algebraic sigmoid", "u/sqrt(1 + u**2)", "SoftMuon, on singular values; pseudo-Huber"),
    Published("p-norm softsign, p = 3", "u/(1 + abs(u)**3)**(1/3)", "S3"),
    Published("arctan", "atan(u)", "activations"),
    Published("Gudermannian", "2*atan(tanh(u/2))", "activations"),
    Published("erf", "erf(u)", "activations"),
    Published("arsinh", "asinh(u)", "nonlinear preconditioning"),
    Published("logarithm", "sign(u)*log(1 + abs(u))", "compressed gradients"),
    Published("mu-law", "sign(u)*log(1 + 255*abs(u))/log(256)", "companding, quantisation"),
    Published("square root", "sign(u)*sqrt(abs(u))", "powered gradients"),
    Published("cube root", "sign(u)*abs(u)**(1/3)", "powered gradients"),
    Published("Gaussian derivative", "u*exp(-u**2)", "redescending estimators"),
)
