// A run of T steps and what is measured along it: row t - 1 of every array belongs to x_t, the last point is x_{T+1}.

const SATURATED = 2.5; // |alpha g~_i| beyond which a component counts as saturated

/** Run a setting; `rows` is T, or less where the run diverged: no longer finite. */
function simulate(setting) {
  const walker = new Walker(setting, setting.x), { problem, x, g, d } = walker, { n, x_star } = problem;
  const T = setting.steps, before = new Float64Array(n), history = () => new Float64Array(T + 1);
  const run = {
    setting, problem, rows: 0, inside: true, x: new Float64Array((T + 1) * n),
    f: history(), N: history(), inner: history(), square: history(), longest: history(), distance: history(), saturated: history(),
  };
  const squash = METHODS[setting.method].squashes && squashOf(setting, n);
  const gain = squash && !ONLY[setting.method] ? setting.alpha : 1;
  for (let t = 0; t <= T; t++) {
    if (!(Number.isFinite(walker.f) && Number.isFinite(walker.N) && Number.isFinite(x[0] + x[n - 1]))) break;
    run.inside &&= problem.inside(x);
    run.x.set(x, t * n);
    run.f[t] = walker.f;
    run.N[t] = walker.N;
    if (x_star) run.distance[t] = Math.hypot(x[0] - x_star[0], n > 1 ? x[1] - x_star[1] : 0);
    run.rows = t;
    if (t === T) break;
    if (squash) {
      const beyond = SATURATED * (walker.N + squash.eps);
      for (let i = 0; i < n; i++) run.saturated[t] += (Math.abs(gain * g[i]) > beyond) / n;
    }
    before.set(g);
    walker.step();
    for (let i = 0; i < n; i++) {
      run.inner[t] += before[i] * d[i];
      run.square[t] += d[i] * d[i];
      run.longest[t] = Math.max(run.longest[t], Math.abs(d[i]));
    }
  }
  return run;
}

const PREFIXES = ["mean_norm", "mean_squared", "mean_h", "mean_inner", "mean_delta", "least_norm", "D"];

/** The means, the least and the largest over every prefix of a run, as the claims take them. */
function measured(run) {
  const { f, N, inner, rows, problem, setting } = run, { f_star } = problem;
  const squash = METHODS[setting.method].squashes && squashOf(setting, problem.n);
  const prefix = Object.fromEntries([...PREFIXES, "least_share"].map((name) => [name, new Float64Array(rows)]));
  let norms = 0, squares = 0, hs = 0, inners = 0, deltas = 0, least = Infinity, share = Infinity, far = 0;
  for (let t = 0; t < rows; t++) {
    const total = N[t] + (squash ? squash.eps : 0), r = total > 0 ? N[t] / total : 0;
    prefix.mean_norm[t] = (norms += N[t]) / (t + 1);
    prefix.mean_squared[t] = (squares += N[t] * N[t]) / (t + 1);
    prefix.mean_h[t] = (hs += N[t] * r) / (t + 1);
    prefix.mean_inner[t] = (inners += inner[t]) / (t + 1);
    prefix.mean_delta[t] = (deltas += f[t] - f_star) / (t + 1);
    prefix.least_norm[t] = least = Math.min(least, N[t]);
    prefix.least_share[t] = share = Math.min(share, r);
    prefix.D[t] = far = Math.max(far, run.distance[t]);
  }
  return prefix;
}

// ---- how a run ends

const KEPT = 64, LONGEST = 32; // points looked at, longest period

/** How a run ends: {kind: "diverges" | "arrives" | "cycle" | "falls" | "swings" | "hops", ...numbers}. */
function ending(run) {
  const { x, N, rows, setting, problem } = run, { n } = problem;
  const largest = N.subarray(0, rows + 1).reduce((a, b) => Math.max(a, b), 0);
  if (rows < setting.steps) return { kind: "diverges", at: rows + 1 };
  if (N[rows] > 1e3 * N[0] && N[rows] === largest) return { kind: "diverges", at: rows + 1 };
  if (N[rows] <= 1e-9 * largest || N[rows] === 0) return { kind: "arrives", N: N[rows] };
  const cycle = rows >= KEPT ? periodOf(x.subarray((rows + 1 - KEPT) * n), n) : null;
  const quarter = Math.max(1, Math.floor(rows / 4)); // of the points, of which there is one more
  const late = mean(N, rows + 1 - quarter, rows + 1), before = mean(N, rows + 1 - 2 * quarter, rows + 1 - quarter);
  if (cycle && late > 0.999 * before) return { kind: "cycle", N: late, ...cycle };
  if (late < 0.9 * before) return { kind: "falls", N: N[rows] };
  const above = (from) => mean(run.f, from, from + quarter) - problem.f_inf;
  if (above(rows + 1 - quarter) < 0.9 * above(rows + 1 - 2 * quarter)) return { kind: "swings", N: late };
  return { kind: "hops", N: late };
}

/** {period, radius} of the last points of a run, null where none up to LONGEST repeats to a thousandth of its size. */
function periodOf(points, n) {
  const size = spanOf(points, n);
  if (size === 0) return null;
  for (let p = 2; p <= LONGEST; p++) {
    let off = 0;
    for (let i = p * n; i < points.length; i++) off = Math.max(off, Math.abs(points[i] - points[i - p * n]));
    if (off < 1e-3 * size) return { period: p, radius: size / 2 };
  }
  return null;
}

/** The largest distance between a point and the next one. */
function spanOf(points, n) {
  let span = 0;
  for (let i = n; i < points.length; i += n) {
    span = Math.max(span, Math.hypot(points[i] - points[i - n], n > 1 ? points[i + 1] - points[i + 1 - n] : 0));
  }
  return span;
}

function mean(values, from, to) {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return sum / (to - from);
}
