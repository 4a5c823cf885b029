"""Our PPO beside that of stable-baselines3, which trains with our torch face. Slow, and skipped without the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason='training needs the extra "train"')
sb3 = pytest.importorskip("stable_baselines3", reason="the peer is not installed: pip install stable-baselines3")
pytest.importorskip("mujoco", reason='training needs the extra "train"')

from stable_baselines3.common.env_util import make_vec_env  # noqa: E402
from stable_baselines3.common.vec_env import VecNormalize  # noqa: E402

from alphalab.torch import AlphaGrad  # noqa: E402
from alphalab.training import task  # noqa: E402
from alphalab.training.run import train  # noqa: E402
from alphalab.training.setting import Setting  # noqa: E402

STEPS, SEEDS, RATE = 20_480, 4, 3e-4
OPTIMIZERS: dict[str, tuple[Any, dict[str, float]]] = {
    "adam": (torch.optim.Adam, {"eps": 1e-5}),
    "alphagrad:alpha=98,momentum=0.9": (AlphaGrad, {"alpha": 98.0, "momentum": 0.9, "eps": 1e-5}),
}


def theirs(optimizer: str, seed: int) -> float:
    """Mean return of the second half of the episodes, with CleanRL's values."""
    made, options = OPTIMIZERS[optimizer]
    environment = VecNormalize(make_vec_env("HalfCheetah-v5", n_envs=1, seed=seed), gamma=0.99)
    peer = sb3.PPO(
        "MlpPolicy",
        environment,
        learning_rate=lambda left: RATE * left,
        clip_range_vf=0.2,
        max_grad_norm=0.5 if optimizer == "adam" else 1e9,
        policy_kwargs={
            "net_arch": {"pi": [64, 64], "vf": [64, 64]},
            "optimizer_class": made,
            "optimizer_kwargs": options,
        },
        seed=seed,
        device="cpu",
    ).learn(STEPS)
    returns = [episode["r"] for episode in peer.ep_info_buffer]
    return float(np.mean(returns[len(returns) // 2 :]))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of gymnasium and of their own
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_our_ppo_is_theirs_within_noise(optimizer: str, tmp_path: Path) -> None:
    """The means over seeds differ by no more than four of their standard errors."""
    found = train(task("halfcheetah-ppo"), [Setting(optimizer, RATE)], range(SEEDS), STEPS, tmp_path)
    ours = [
        np.nanmean([row["return"] for row in found.rows if row["seed"] == seed and row["step"] > STEPS / 2])
        for seed in range(SEEDS)
    ]
    peers = [theirs(optimizer, seed) for seed in range(SEEDS)]
    error = np.sqrt(np.var(ours, ddof=1) / SEEDS + np.var(peers, ddof=1) / SEEDS)
    assert abs(np.mean(ours) - np.mean(peers)) <= 4 * error, (ours, peers)
