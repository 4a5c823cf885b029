r"""Normalised gradient descent on quadratics, g+ = g - eta A g/N, eigenvalues 0 < l_n <= ... <= l_1 = L.

    2-cycles     exactly the eigenvectors, A u = l u, N + N+ = l eta, any split into two positive parts
    N <= L eta   is entered and kept
    N <= L eta/2 =>  N + N+ <= L eta, and |g_1| along the top eigenvector does not fall over two steps

That N_t + N_{t+1} -> L eta from almost every start is known (arXiv 2205.09745, as summarised), not proved here, and
false where g_1 = 0. Source: theory2, section 6.
"""

from __future__ import annotations

import numpy as np
import sympy as sp

from alphalab.arrays import divide, norm
from alphalab.claims.claim import Claim
from alphalab.claims.proof import Identity, Proof, Sign
from alphalab.claims.space import Space, Values


def proof() -> Proof:
    """By components along eigenvectors: g_i+ = (N - eta l_i) u_i, u = g/N."""
    N, eta, L, low, room = sp.symbols("N eta L l (L-l)", positive=True)  # an eigenvalue l = L - room
    over, after, gap = sp.symbols(r"(L\eta-2N) N_+ (L\eta-N-N_{+})", nonnegative=True)
    shown = sp.UnevaluatedExpr
    return Proof(
        steps=(
            Identity(
                "along an eigenvector, A u = l u: g+ against -(l eta - N) u", N - eta * low, -shown(low * eta - N)
            ),
            Identity("a step from there back: N+ = l eta - N", shown(low * eta - N) - eta * low, -N),
            Identity(
                "where N <= L eta: L eta - (l eta - N)",
                L * eta - (shown((L - room) * eta) - N),
                room * eta + N,
            ),
            Sign("is positive, as is L eta - (N - l eta): |N - l eta| <= L eta, and N+ <= L eta", room * eta + N, ">"),
            Identity(
                "where N > L eta >= l eta: N - |N - l eta|, at least eta times the least eigenvalue",
                N - shown(N - low * eta),
                low * eta,
            ),
            Sign("is positive: N <= L eta is entered", low * eta, ">"),
            Identity(
                "where 2N <= L eta: (L eta - N) - (l eta - N)",
                shown(L * eta - N) - (shown((L - room) * eta) - N),
                room * eta,
            ),
            Sign("is not negative", room * eta),
            Identity(
                "and (L eta - N) - (N - l eta)", shown(L * eta - N) - (N - low * eta), L * eta - 2 * N + low * eta
            ),
            Sign("is not negative: |N - l eta| <= L eta - N, so N + N+ <= L eta", over + low * eta),
            Identity(
                "|g_1| over two steps: (L eta - N)(L eta - N+) - N N+",
                shown(L * eta - N) * shown(L * eta - after) - N * after,
                L * eta * (L * eta - N - after),
            ),
            Sign("is not negative: |g_1| does not fall", L * eta * gap),
        ),
        follows=(
            "g_3 = g_1 says A u_1 = -A u_2, so u_2 = -u_1 and (N_1 + N_2) u_1 = eta A u_1: an eigenvector. N+ is "
            "the norm of ((N - eta l_i) u_i), at most the largest |N - eta l_i|. |g_1| is multiplied by |N - L "
            "eta|/N, then |N+ - L eta|/N+."
        ),
    )


def sides(values: Values) -> tuple[np.ndarray, np.ndarray]:
    """The two sides of what is chosen, on quadratics with eigenvalues 1, l, l^2, eta = 1."""
    l = 10.0 ** values["log l"]
    eigenvalues = np.stack([np.ones_like(l), l, l * l], axis=-1)
    u = np.stack([values[name] for name in ("u1", "u2", "u3")], axis=-1)
    unit = divide(u, norm(u)[:, None])
    which, N = values["which"], values["N/(L eta)"]
    N = np.where(which == "kept", N, N / 2)
    first = N[:, None] * unit
    second = first - eigenvalues * unit
    third = second - eigenvalues * divide(second, norm(second)[:, None])
    granted = 1e-12
    left = np.select([which == "kept", which == "sum"], [norm(second), N + norm(second)], np.abs(first[:, 0]))
    right = np.select([which == "kept", which == "sum"], [np.ones_like(N), np.ones_like(N)], np.abs(third[:, 0]))
    return left, right * (1 + granted) + granted


NGD_CYCLE = Claim(
    key="ngd-cycle",
    title="normalised gradient descent on quadratics: its 2-cycles, and what it keeps",
    source="the lab's theory, dynamics",
    statement=(
        r"A = A^\top \succ 0, L \text{ its largest eigenvalue}, g^+ = g - \eta A g/N, N, N^+ > 0: \quad "
        r"N \le L\eta \Rightarrow N^+ \le L\eta; \quad "
        r"2N \le L\eta \Rightarrow N + N^+ \le L\eta, |g_1^{++}| \ge |g_1|; \quad "
        r"g^{++} = g \Leftrightarrow A g = \lambda g, N + N^+ = \lambda\eta"
    ),
    proof=proof,
    space=Space(
        "eigenvalues 1, l, l^2, eta = 1",
        {
            "which": ("kept", "sum", "top"),
            "log l": (-3.0, 0.0),
            "N/(L eta)": (1e-6, 1.0),
            **dict.fromkeys(("u1", "u2", "u3"), (-1.0, 1.0)),
        },
        sides,
    ),
    remark="N_t + N_{t+1} -> L eta from almost every start: arXiv 2205.09745, as summarised; false where g_1 = 0",
)
