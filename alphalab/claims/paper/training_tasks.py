r"""Sections 5.3, 6 and 7.3: what the paper says of trainings, held against trainings of its tasks.

    DQN   CartPole-v1      "learns, unstable; larger alpha worse; Adam smooth"         alpha = 93, 186, 279
    TD3   Hopper-v4        "457 fails; 100 to 250 near Adam's peak"                    alpha = 100 ... 457
    PPO   HalfCheetah-v5   "alpha = 98 above 3000, Adam about 1500"                    alpha = 98, 196, 294

The paper says neither learning rates nor momentum, steps, networks, seeds, nor whether Adam was tuned. The author's
public code, of the day before, has momentum 0.9 in all three tasks and one learning rate for both optimizers: its
AlphaGrad makes steps about 8 times Adam's. Source: S. Sane, arXiv 2504.16020v2.
"""

from __future__ import annotations

from collections.abc import Iterator

from alphalab.claims.claim import Claim
from alphalab.claims.measured import Difference, at_best, at_rates

DQN, PPO, TD3 = "cartpole-dqn", "halfcheetah-ppo", "hopper-td3"
HORIZONS = {DQN: 500_000, PPO: 300_000, TD3: 100_000}
SUPERVISED = {"digits-mlp": 600, "mnist-mlp": 800}
LEFT_OUT = "the paper says neither learning rate nor momentum nor steps nor seeds nor how Adam was tuned; "


def heavy(alpha: int) -> str:
    """The author's public code: momentum 0.9."""
    return f"alphagrad:alpha={alpha},momentum=0.9"


def of_dqn() -> Iterator[Difference]:
    """At the author's rate 2.5e-4, momentum 0.9: Adam above, larger alpha below, the TD loss larger."""
    rate, horizon = 2.5e-4, HORIZONS[DQN]
    adam, alphas = ("adam", rate), {alpha: (heavy(alpha), rate) for alpha in (93, 186, 279)}
    yield from at_rates(DQN, horizon, "return", [("return, Adam less alpha 93", adam, alphas[93])])
    larger = [(f"return, alpha 93 less {alpha}", alphas[93], alphas[alpha]) for alpha in (186, 279)]
    yield from at_rates(DQN, horizon, "return", larger)
    yield from at_rates(DQN, horizon, "td_loss", [("mean TD loss, alpha 93 less Adam", alphas[93], adam)], along=True)


def of_td3() -> Iterator[Difference]:
    """At CleanRL's rate 3e-4, momentum 0.9: alpha = 457 below 100."""
    rows = [("return, alpha 100 less 457", (heavy(100), 3e-4), (heavy(457), 3e-4))]
    yield from at_rates(TD3, HORIZONS[TD3], "return", rows)


def of_ppo() -> Iterator[Difference]:
    """AlphaGrad above Adam at one rate, as the paper compares, and above an Adam whose steps are as large."""
    x, horizon = (heavy(98), 3e-4), HORIZONS[PPO]
    pairs = [("return, alpha 98 less Adam, both at 3e-4", x, ("adam", 3e-4))]
    pairs += [("return, alpha 98 at 3e-4 less Adam at 8 times that", x, ("adam", 2.4e-3))]
    yield from at_rates(PPO, horizon, "return", pairs)


def of_stateless() -> Iterator[Difference]:
    """Without momentum, hence without state, at Adam's rate: larger KL and a higher return, as the paper's panels."""
    x, y = ("alphagrad:alpha=98", 3e-4), ("adam", 3e-4)
    yield from at_rates(
        PPO, HORIZONS[PPO], "kl", [("PPO, mean KL, alpha 98 without momentum less Adam", x, y)], along=True
    )
    yield from at_rates(PPO, HORIZONS[PPO], "return", [("PPO, return, alpha 98 without momentum less Adam", x, y)])
    x, y = ("alphagrad:alpha=93", 2.5e-4), ("adam", 2.5e-4)
    yield from at_rates(
        DQN, HORIZONS[DQN], "td_loss", [("DQN, mean TD loss, alpha 93 without momentum less Adam", x, y)], along=True
    )


def of_granularity() -> Iterator[Difference]:
    """One norm per layer or for all tensors, less one per tensor, each at its best rate."""
    for task, horizon in SUPERVISED.items():
        rows = [
            (f"accuracy, one norm per {one} less one per tensor", f"alphagrad:granularity={one},k=2", "alphagrad:k=2")
            for one in ("layer", "group")
        ]
        yield from at_best(task, horizon, "= 0", rows)


def of_saturation() -> Iterator[Difference]:
    """S kept in [0.05, 0.25], less a constant k = 2, each at its best rate."""
    rows = [("accuracy, S controlled less k = 2", "alphagrad:k=2,saturation=2.5", "alphagrad:k=2")]
    for task, horizon in SUPERVISED.items():
        yield from at_best(task, horizon, "> 0", rows)


TRAINING_CLAIMS = (
    Claim(
        key="sec5-granularity",
        title="one norm per tensor or per group: the same method",
        source="arXiv 2504.16020v2, section 5.3",
        verdict="open",
        statement=r"\text{score}(\text{layer}) = \text{score}(\text{group}) = \text{score}(\text{tensor})",
        measured=of_granularity,
        remark="one norm per tensor, layer or for all tensors, k = 2, each at the best of five rates; small networks",
    ),
    Claim(
        key="sec6-dqn",
        title="CartPole by DQN: Adam above, larger alpha worse, larger TD loss",
        source="arXiv 2504.16020v2, section 6.1",
        verdict="open",
        statement=r"R(\text{Adam}) > R(\alpha = 93) > R(\alpha = 186), R(\alpha = 279)",
        measured=of_dqn,
        remark=LEFT_OUT + "held here at the author's public code: momentum 0.9, 2.5e-4 for both",
    ),
    Claim(
        key="sec6-td3",
        title="Hopper by TD3: alpha = 457 fails, smaller ones learn",
        source="arXiv 2504.16020v2, section 6.2",
        verdict="open",
        statement=r"R(\alpha = 100) > R(\alpha = 457)",
        measured=of_td3,
        remark=LEFT_OUT + "to be held at the author's public code: momentum 0.9, 3e-4 for both",
    ),
    Claim(
        key="sec6-ppo",
        title="HalfCheetah by PPO: alpha = 98 is superior to Adam",
        source="arXiv 2504.16020v2, section 6.3",
        verdict="false",
        statement=r"R(\alpha = 98) > R(\text{Adam})",
        measured=of_ppo,
        correction="at one rate, 3e-4, the step of the author's code is about 8 times Adam's, and Adam returns 468 "
        "more, in each of 5 seeds (300,000 steps); Adam at 8 times the rate returns as little, with the same KL; "
        "AlphaGrad at an eighth returns as much as Adam",
        remark=LEFT_OUT + "held here at the author's public code: momentum 0.9, 3e-4 for both, annealed to 0",
    ),
    Claim(
        key="sec6-stateless",
        title="no state, hence immediate reaction, explains the three results",
        source="arXiv 2504.16020v2, section 6",
        verdict="false",
        statement=r"\text{KL}, R, \text{TD loss at momentum } 0 \text{ exceed Adam's}",
        measured=of_stateless,
        correction="without momentum, hence without state, PPO has a KL of 0.0071 against Adam's 0.0083 at one rate, "
        "3e-4, lower in each of 5 seeds (300,000 steps); DQN's TD loss is 4.5 above Adam's [-5, 27], 866 with momentum",
        remark="the author's public code has momentum 0.9 in all three tasks, which is a state",
    ),
    Claim(
        key="sec7-saturation-schedule",
        title="keeping the saturated fraction in [.05, .25] helps",
        source="arXiv 2504.16020v2, section 7.3",
        verdict="false",
        statement=r"\text{score}(S \in [0.05, 0.25]) > \text{score}(k = 2)",
        measured=of_saturation,
        correction="on 5,000 images of MNIST it costs 0.4 to 1.5 points of accuracy, on digits it makes no difference",
        remark="tau = 2.5, each at the best of five rates; small perceptrons and short horizons",
    ),
)
