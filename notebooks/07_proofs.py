# %% [markdown]
# # Proofs, certificates, and your own nonlinearity
#
# Three kinds of certainty, kept apart: **proved** (identities and signs that sympy decides), **certified** (interval
# arithmetic, re-checked by an independent program) and **refuted** (a counterexample in exact arithmetic).

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Markdown

import alphalab as al
from alphalab import style
from alphalab.claims import certificates
from alphalab.claims.certificates import checker
from alphalab.claims.explanation import explanation
from alphalab.claims.family import certify, family_proof, report, tanh_instance
from alphalab.claims.proof import Identity
from alphalab.claims.typeset import text

plt.rcParams.update(style.SETTINGS)

# %% [markdown]
# ## Lemma 2, term by term
#
# A bound is proved where right minus left, in its own letters, is a sum of products that are at least 0: a weight
# times what a claim, an assumption or a property of a function leaves between its two sides. sympy decides the identity
# and every sign; what it cannot decide is "undecided", never "true".

# %%
lemma = al.claim("lemma-2")
ends = explanation(lemma)["conclusion"]
terms = [f"1. {row['says']}: ${row['LaTeX']}$ ({row['step']})" for row in ends]
Markdown("\n".join([f"**{lemma.title}:** ${lemma.statement}$. Right minus left is", "", *terms]))

# %% [markdown]
# ## Theorem 2\*
#
# The descent lemma and the bound on the squared direction, summed over the steps, and what f has left to fall. Two
# more steps show that the bound is attained.

# %%
theorem = al.claim("thm-2-sharp")
proof = theorem.proof()
told = explanation(theorem)
terms = [f"1. {row['says']}: ${row['LaTeX']}$ ({row['step']})" for row in told["conclusion"]]
attained = [f"1. {row['says']}: ${row['LaTeX']}$ ({row['step']})" for row in told["proof"]]
letters = [f"- ${letter}$: {meaning}" for letter, meaning in theorem.letters().items()]
head = f"**{theorem.title.replace('*', '&#42;')}:** ${theorem.statement}$. Right minus left is the sum of"
Markdown("\n".join([head, "", *terms, "", "Attained:", "", *attained, "", "Letters:", "", *letters]))

# %% [markdown]
# ## A wrong step is noticed
#
# The first of these two steps with one side doubled.

# %%
right_step = proof.steps[0]
wrong_step = Identity("right minus left, doubled", right_step.left, 2 * right_step.right)
print("as it stands:", right_step.discharged(), "  doubled:", wrong_step.discharged())

# %% [markdown]
# ## One proof for a whole family
#
# The sharp lemmas hold for every $\sigma$ that is odd, increasing and concave on $[0, \infty)$. Two proofs, both for
# all parameters: what follows from the three properties, and that $\tanh(\alpha u)$ has them.

# %%
for name, each in {"family": family_proof(), "tanh": tanh_instance()}.items():
    print(f"{name}: {len(each.steps)} steps, undecided: {each.undecided()}")
    for step in each.steps:
        print("   ", text(step.sentence))

# %% [markdown]
# ## Certificates
#
# Five scalar inequalities are certified on whole unbounded domains: a list of boxes, each with a bound. The checker
# believes nothing it reads. A certificate with one bound raised is rejected.

# %%
accepted = {name: certificates.recheck(name) for name in certificates.CERTIFICATES}
for name, good in accepted.items():
    print(f"{name:16s} {len(certificates.stored(name)):6,d} characters   accepted: {good}")

before, after = certificates.stored("concavity").split('"rule": "inside", "bound": "', 1)
forged = f'{before}"rule": "inside", "bound": "9{after}'  # one bound raised by at least 9
refusal = ""
try:
    checker.check(forged, "concavity")
except ValueError as reason:
    refusal = str(reason)
print("forged:", refusal)

# %% [markdown]
# ## Certify your own
#
# Text in `u` is enough. `certify` decides the three properties, and says what replaces n in every bound.

# %%
mine = certify("atan(3*u)", n=100)
print(f"odd: {mine.odd}, increasing: {mine.increasing}, concave: {mine.concave}")
for reason in mine.because:
    print("   ", reason)
print(f"in {mine.n} dimensions M = {mine.M(mine.n):.4f} and rho = {mine.rho(mine.n):.4f}")
rates = [f"- **{name.replace('*', '&#42;')}:** ${latex}$" for name, latex in mine.rates().items()]
Markdown("\n".join(["What follows, with this $\\rho$ and M:", "", *rates]))

# %%
print(report(certify("sin(3*u)")))  # not increasing: none of the theory applies

# %% [markdown]
# ## Several members of the family
#
# Left: they are odd, increasing, concave. Right: what the proof turns on, $\sigma(u)/u$ falls. The dotted curve,
# $\sin 3u$, is no member: it turns down before $u = 1$.

# %%
members = {text: certify(text) for text in ("tanh(2*u)", "atan(3*u)", "u/(1+abs(u))", "Max(-1, Min(2*u, 1))", "erf(u)")}
u = np.linspace(1e-3, 1, 200)
figure, (left, right) = plt.subplots(1, 2, figsize=(7.6, 3.2), layout="constrained")
for (sigma, member), colour, dash in zip(members.items(), style.COLOURS, ("-", *style.DASHES), strict=False):
    left.plot(u, member.function(u), color=colour, linestyle=dash)
    right.plot(u, member.function(u) / u, color=colour, linestyle=dash, label=sigma)
left.plot(u, np.sin(3 * u), **style.REFERENCE)
right.plot(u, np.sin(3 * u) / u, label="sin(3*u)", **style.REFERENCE)
left.set(xlabel="u", ylabel=r"$\sigma(u)$")
right.set(xlabel="u", ylabel=r"$\sigma(u)/u$")
right.set_ylim(0, 4.5)
right.legend(fontsize=8, ncols=2, loc="upper right")
plt.show()

# %% [markdown]
# ## What must be so

# %%
assert [row["step"] for row in (*ends, *told["conclusion"])] == ["ok"] * 4
assert theorem.proof().undecided() == []
assert right_step.discharged()
assert not wrong_step.discharged()
assert all(accepted.values())
assert "is not confirmed" in refusal
assert all(member.holds for member in members.values())
assert not certify("sin(3*u)").holds
assert abs(certify("tanh(2*u)").M(50) - al.M(2.0, 50)) < 1e-12
assert all(np.all(np.diff(member.function(u) / u) <= 1e-12) for member in members.values())
