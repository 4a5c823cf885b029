// The claims held against a run: their letters measured, their hypotheses asked, and the verdict in words.
// CLAIMS (what they say) is printed from the lab's ledger; MEETS is when a hypothesis of that ledger is met.

const ULP = 2 ** -52;

/** The letters of the claims that stay the same along a run. */
function fixedLetters(run) {
  const { problem, setting } = run, { f, rows } = run;
  const squash = METHODS[setting.method].squashes ? squashOf(setting, problem.n) : { eps: 0 };
  const { eps, slope, at_one, M, Q, of } = squash, { L, pl, lipschitz: ell, n } = problem;
  return {
    eta: setting.eta, eps, slope, at_one, M, Q, n, L, pl, ell, c: setting.momentum, of,
    Delta: f[0] - problem.f_inf, Delta0: f[0] - problem.f_star, rows,
  };
}

/** Every letter of the claims at T, the first T steps of a run, written into `s`. */
function lettersAt(s, run, prefix, T) {
  const t = T - 1, { f, N, problem } = run, total = N[t] + s.eps;
  s.T = T;
  s.N = N[t];
  s.r = total > 0 ? N[t] / total : 0;
  s.at_r = s.of?.(s.r);
  s.inner = run.inner[t];
  s.longest = run.longest[t];
  s.S1 = geometric(BETA1, T);
  s.S2 = geometric(BETA2, T);
  s.S12 = geometric(BETA1 ** 2 / BETA2, T);
  s.delta = f[t] - problem.f_star;
  s.next_delta = f[T] - problem.f_star;
  s.decrease = f[t] - f[T];
  s.gamma_min = s.at_one * prefix.least_share[t];
  for (const name of PREFIXES) s[name] = prefix[name][t];
  return s;
}

/** 1 + k + ... + k^(T-1), k < 1. */
const geometric = (k, T) => (1 - k ** T) / (1 - k);
const known = (name) => (at) => at.problem[name] != null;
const near = ({ n }) => (n + 16) * ULP;
const MEETS = {
  direction: ({ squash, claim }) => Boolean(squash) && (claim.tanh ? squash.name === "tanh" : squash.family),
  "constant step": ({ setting }) => setting.method !== "momentum",
  "heavy ball": ({ setting }) => setting.method === "momentum",
  gradient: ({ setting }) => setting.method === "gd",
  adam: ({ setting }) => setting.method === "adam",
  "s > 0": ({ run }) => run.N[0] > 0,
  "c < 1": ({ setting }) => setting.momentum < 1,
  L: ({ problem, run }) => problem.L > 0 && run.inside,
  lipschitz: ({ problem }) => problem.lipschitz > 0 && !problem.local, // z_t of heavy ball may leave a window
  convex: ({ problem }) => problem.convex === true,
  f_inf: known("f_inf"),
  f_star: known("f_star"),
  x_star: known("x_star"),
  pl: known("pl"),
  ball: () => true, // D is the least that bounds the points of the run
  "gamma_min > 0": ({ s }) => s.gamma_min > 0,
  "N > 0": ({ s }) => s.least_norm > 0,
  "eps > 0": ({ s }) => s.eps > 0,
  threshold: ({ s }) => s.slope * s.L * s.eta <= 2 * s.eps * (1 + near(s)),
  scaled: ({ s }) => s.eps >= s.slope * s.L * s.eta * (1 - near(s)),
};

/** Whether a claim speaks of the first T steps of a run: "" or the first hypothesis that is not met. */
function unmet(key, run, s) {
  const claim = CLAIMS[key], { setting, problem } = run;
  const squash = METHODS[setting.method].squashes && squashOf(setting, problem.n);
  const at = { claim, setting, problem, run, squash, s };
  const missing = claim.needs.find((need) => !MEETS[need](at));
  if (missing) return missing;
  const off = Object.entries(claim.sets).find(([name, value]) => Math.abs(s[name] - value(s)) > near(s) * s[name]);
  return off ? `${off[0]} as prescribed` : "";
}

/** Everything that the ledger says of a run: key -> {unmet, left, right} at its last step. */
function held(run, prefix = measured(run)) {
  const s = lettersAt(fixedLetters(run), run, prefix, run.rows);
  const found = Object.keys(CLAIMS).map((key) => {
    const missing = unmet(key, run, s), { left, right } = CLAIMS[key];
    return [key, missing ? { unmet: missing } : { unmet: "", left: left(s), right: right(s) }];
  });
  return Object.fromEntries(found);
}

/** A claim's right side at the T of `times`, or null where it does not speak of the run. */
function rightSides(key, run, prefix, times, change = (value) => value) {
  const s = lettersAt(fixedLetters(run), run, prefix, run.rows), { right } = CLAIMS[key];
  return unmet(key, run, s) ? null : times.map((T) => change(right(lettersAt(s, run, prefix, T)), s));
}

/** a > 0 with 2a = eta sigma(L a/(L a + eps)), the 2-cycle of L x^2/2; null where there is none. */
function cycleRadius({ eta, eps, slope, L, of }) {
  if (!(eta * slope * L > 2 * eps)) return null;
  let low = 0, high = (eta * of(1)) / 2 + Number.MIN_VALUE;
  for (let i = 0; i < 200; i++) {
    const a = (low + high) / 2, share = L * a + eps > 0 ? (L * a) / (L * a + eps) : 1;
    if (eta * of(share) < 2 * a) high = a;
    else low = a;
  }
  return low;
}

/** The least m that T4* leaves room for: above it T steps would gain more than there is, f(x_1) - f_inf. */
function leastNormBound(s) {
  const { left } = CLAIMS["thm-4-stationary"];
  let low = 0, high = s.N + 1;
  while (left({ ...s, least_norm: high }) < s.Delta && high < 1e300) high *= 2;
  for (let i = 0; i < 200; i++) {
    const m = (low + high) / 2;
    if (left({ ...s, least_norm: m }) > s.Delta) high = m;
    else low = m;
  }
  return high;
}

// ---- the verdict

/** A number as it is told: three digits. */
function told(value) {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? "0" : value > 0 ? "∞" : "no number";
  const size = Math.abs(value);
  if (size >= 1e4 || size < 1e-3) {
    const [digits, power] = value.toExponential(2).split("e");
    const raised = String(Number(power)).replace("-", "⁻").replace(/\d/g, (one) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[one]);
    return `${Number(digits)}·10${raised}`;
  }
  return String(Number(value.toPrecision(3)));
}

/**
 * The verdict on a run: {tone, head, guaranteed: [[words, key, ...]], ends: words}. `tone` is "proved" where N -> 0 is
 * guaranteed, "open" where it is not, "fails" where the run shows that it does not happen.
 */
function verdict(run, prefix = measured(run)) {
  if (run.rows === 0) return { tone: "fails", head: "The first step is no longer finite", guaranteed: [], ends: "" };
  const s = lettersAt(fixedLetters(run), run, prefix, run.rows), found = held(run, prefix), ends = ending(run);
  const promises = promised(run, s, found);
  const fails = !promises.stationary && ["diverges", "cycle", "hops"].includes(ends.kind);
  const head = promises.stationary ? "Guaranteed: f falls at every step and the gradient goes to 0"
    : fails ? "Not guaranteed that the gradient goes to 0, and here it does not"
    : "Not guaranteed that the gradient goes to 0";
  return {
    tone: promises.stationary ? "proved" : fails ? "fails" : "open", head,
    guaranteed: promises.said, ends: endWords(ends, run, s), kind: ends.kind, stationary: promises.stationary,
  };
}

/** What is guaranteed: {stationary, said: [[words, key of the claim or "", "reason" where it is no promise]]}. */
function promised(run, s, found) {
  const { setting, problem } = run, said = [], applies = (key) => !found[key].unmet;
  const where = run.inside && problem.local ? `, with L = ${told(problem.L)} in the window, which the run never left` : "";
  if (problem.local && !run.inside) said.push(["f is smooth in the window only, and the run leaves it: no claim applies", ""]);
  if (applies("adam-step")) {
    said.push([`no coordinate of step ${s.T} is longer than ${told(found["adam-step"].right)} η`, "adam-step"]);
    said.push(["nothing is proved of where Adam's run ends", ""]);
  }
  if (setting.method === "gd" && run.inside) return descent(s, said, where, found["gradient-rate"]);
  if (METHODS[setting.method].squashes && !squashOf(setting, problem.n).family) {
    said.push([`${SIGMAS[setting.sigma].words} is not increasing and concave on [0, 1]: no theorem covers it`, ""]);
  }
  const limit = (2 * s.eps) / (s.slope * s.L), name = limitName(setting);
  const stationary = applies("thm-4-sharp") && applies("thm-4-stationary") && s.eps > 0 && MEETS.threshold({ s });
  if (stationary) {
    said.push([`η = ${told(s.eta)} is at most ${name} = ${told(limit)}${where}`, "thm-4-stationary", "reason"]);
    said.push([`some ‖g‖ of these ${s.T} is at most ${told(leastNormBound(s))}`, "thm-4-stationary"]);
    if (applies("thm-5-sharp")) said.push([`η is at most half of that: each step gains at least ½η⟨g,d⟩`, "thm-5-sharp"]);
    const linear = ["thm-5-rate", "thm-4-rate"].find(applies);
    const factor = linear && s.delta > 0 ? CLAIMS[linear].right(s) / s.delta : 1;
    if (factor < 1 - 1e-6) said.push([`f − f* falls by ${told(100 * (1 - factor))} % in a step, at least, from here on`, linear]);
  } else if (applies("thm-4-sharp") && s.eps > 0) {
    said.push([`η = ${told(s.eta)} is above ${name} = ${told(limit)}${where}: f may rise`, "thm-4-sharp", "reason"]);
  }
  if (applies("thm-2-norm")) said.push([`the mean of ‖g‖ over these ${s.T} steps is at most ${told(found["thm-2-norm"].right)}`, "thm-2-norm"]);
  const least = stationary ? leastNormBound(s) : Infinity;
  if (applies("best-iterate") && found["best-iterate"].right < least) said.push([`some ‖g‖ of these ${s.T} is at most ${told(found["best-iterate"].right)}${where}`, "best-iterate"]);
  if (applies("thm-1-sharper")) said.push([`the mean of f − f* is at most ${told(found["thm-1-sharper"].right)}`, "thm-1-sharper"]);
  if (applies("thm-3-limit") && !stationary) {
    said.push([`in the end f − f* is at most ${told(CLAIMS["thm-3-limit"].right({ ...s, T: Infinity }))}`, "thm-3-limit"]);
  }
  if (applies("thm-6-sharp")) said.push([`the mean of ⟨g,d⟩ is at most ${told(found["thm-6-sharp"].right)}${where}`, "thm-6-sharp"]);
  return { stationary, said };
}

/** Gradient descent: the descent lemma decides; at η = 1/L there is a rate. */
function descent(s, said, where, rate) {
  const limit = 2 / s.L, below = s.eta < limit;
  const words = below ? `is below 2/L = ${told(limit)}: by the descent lemma f falls at every step`
    : `is not below 2/L = ${told(limit)}: the descent lemma promises nothing`;
  said.push([`η = ${told(s.eta)} ${words}${where}`, ""]);
  if (rate.unmet) said.push([`at η = 1/L = ${told(1 / s.L)} there is a rate`, "gradient-rate", "reason"]);
  else said.push([`η = 1/L: the mean of ‖g‖² over these ${s.T} steps is at most ${told(rate.right)}`, "gradient-rate"]);
  return { stationary: below, said };
}

/** The threshold 2 eps/(sigma'(0) L) as it is named. */
function limitName(setting) {
  const slope = { identity: "", hybrid: "σ′(0)" }[ONLY[setting.method] ?? setting.sigma] ?? "α";
  return slope ? `2ε/(${slope}L)` : "2ε/L";
}

/** How the run ends, in words. */
function endWords(ends, run, s) {
  const { setting, problem } = run;
  const plain = setting.problem === "cycle" || setting.problem === "bowl";
  const floor = s.of && Number.isFinite(s.slope) && s.L ? (s.L * s.eta * s.at_one) / 2 : null;
  switch (ends.kind) {
    case "diverges":
      return `The run diverges: after ${ends.at} steps ‖g‖ is ${told(run.N[run.rows])} and grows.`;
    case "arrives":
      return `The run arrives: ‖g‖ = ${told(ends.N)} after ${run.rows} steps.`;
    case "falls":
      return `‖g‖ still falls: ${told(ends.N)} after ${run.rows} steps.`;
    case "swings":
      return `‖g‖ swings about ${told(ends.N)} while f still falls, after ${run.rows} steps.`;
    case "cycle": {
      const theory = problem.n === 1 && s.of && setting.method !== "momentum" ? cycleRadius(s) : null;
      const equal = theory === null ? "" : `; T4* has it at a = ${told(theory)}`;
      return `The run ends in a ${ends.period}-cycle of radius ${told(ends.radius)}, ‖g‖ about ${told(ends.N)}${equal}.`;
    }
    default: {
      const expected = floor === null || !plain ? "" : `; L η σ(1)/2 = ${told(floor)}`;
      return `The run stalls at ‖g‖ of about ${told(ends.N)}, and repeats nothing within ${LONGEST} steps${expected}.`;
    }
  }
}
