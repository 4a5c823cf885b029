// Who minimises: direction(g, N, state, d) writes d; x+ = x - eta d, or with momentum v = c v + eta d, x+ = x - v.
//
//   d = sigma(g/(N + eps)),  N = ||g||:  AlphaGrad; sigma(u) = u is normalised descent, sign(u) sign descent

const METHODS = {
  alphagrad: { words: "AlphaGrad", squashes: true, make: squashed },
  normalised: { words: "normalised descent", squashes: true, make: squashed },
  sign: { words: "sign descent", squashes: true, make: squashed },
  momentum: { words: "AlphaGrad with momentum", squashes: true, make: squashed },
  gd: { words: "gradient descent", make: () => ({ direction: (g, N, state, d) => d.set(g) }) },
  adam: { words: "Adam", make: adam },
};
const ONLY = { normalised: "identity", sign: "sign" }; // the squashing function of a method that leaves no choice
const BETA1 = 0.9, BETA2 = 0.999;

/** What squashes the gradient: its name in SIGMAS, sigma, sigma'(0), sigma(1), M and eps of the method as it runs. */
function squashOf(setting, n) {
  const name = ONLY[setting.method] ?? setting.sigma, sigma = SIGMAS[name], { alpha } = setting;
  const of = (u) => sigma.of(u, alpha);
  const eps = setting.method === "sign" ? 0 : setting.eps;
  const slope = sigma.slope(alpha), at_one = of(1), M = n * of(1 / Math.sqrt(n)) ** 2;
  return { name, family: sigma.family, of, eps, slope, at_one, M, get Q() { return price(name, alpha, n); } };
}

const PRICES = new Map();

/** Q of a squashing function, found once and kept. */
function price(name, alpha, n) {
  const key = [name, alpha, n].join();
  if (!PRICES.has(key)) PRICES.set(key, largestRatio((u) => SIGMAS[name].of(u, alpha), n));
  return PRICES.get(key);
}

/** The maximum over |u| = 1 of sum sigma(u_i)^2 / sum u_i sigma(u_i), n = 1 or 2: a grid, then thirds around its best. */
function largestRatio(of, n) {
  const ratio = (angle) => {
    const u = [Math.cos(angle), Math.sin(angle)].slice(0, n), s = u.map(of);
    return s.reduce((sum, one) => sum + one * one, 0) / s.reduce((sum, one, i) => sum + u[i] * one, 0);
  };
  if (n === 1) return ratio(0);
  const cells = 64, width = Math.PI / 4 / cells;
  let best = 0;
  for (let i = 1; i <= cells; i++) if (ratio(i * width) > ratio(best * width)) best = i;
  let low = Math.max(0, best - 1) * width, high = Math.min(cells, best + 1) * width;
  for (let i = 0; i < 40; i++) {
    const third = (high - low) / 3;
    if (ratio(low + third) < ratio(high - third)) low += third;
    else high -= third;
  }
  return ratio((low + high) / 2);
}

/** The method of a setting: begin() gives its state, direction(g, N, state, d) writes the direction into d. */
function methodOf(setting, n) {
  return { begin: () => null, ...METHODS[setting.method].make(setting, n) };
}

function squashed(setting, n) {
  const { name, eps } = squashOf(setting, n), { of } = SIGMAS[name], { alpha } = setting;
  return {
    direction(g, N, state, d) {
      const total = N + eps;
      for (let i = 0; i < n; i++) d[i] = total > 0 ? of(g[i] / total, alpha) : 0;
    },
  };
}

function adam({ eps }, n) {
  return {
    begin: () => ({ m: new Float64Array(n), s: new Float64Array(n), power1: 1, power2: 1 }),
    direction(g, N, state, d) {
      state.power1 *= BETA1;
      state.power2 *= BETA2;
      for (let i = 0; i < n; i++) {
        state.m[i] = BETA1 * state.m[i] + (1 - BETA1) * g[i];
        state.s[i] = Math.sqrt(BETA2 * state.s[i] * state.s[i] + (1 - BETA2) * g[i] * g[i]);
        const below = state.s[i] / Math.sqrt(1 - state.power2) + eps;
        d[i] = below > 0 ? state.m[i] / (1 - state.power1) / below : 0;
      }
    },
  };
}

/** sqrt(sum g_i^2), in two dimensions or one. */
function norm(g) {
  if (g.length === 1) return Math.abs(g[0]);
  const square = g[0] * g[0] + g[1] * g[1];
  return square > 1e-290 && square < 1e290 ? Math.sqrt(square) : Math.hypot(g[0], g[1]);
}

/** A walker takes steps of the method from x: step() moves x; f, g, N, d are those of the point it left. */
class Walker {
  constructor(setting, x, problem = problemOf(setting), method = methodOf(setting, problem.n)) {
    const { n } = problem;
    this.problem = problem;
    this.method = method;
    this.x = Float64Array.from(x);
    this.g = new Float64Array(n);
    this.d = new Float64Array(n);
    this.v = new Float64Array(n);
    this.state = method.begin();
    this.eta = setting.eta;
    this.c = setting.method === "momentum" ? setting.momentum : 0;
    this.look();
  }

  look() {
    this.f = this.problem.evaluate(this.x, this.g);
    this.N = norm(this.g);
  }

  step() {
    this.method.direction(this.g, this.N, this.state, this.d);
    for (let i = 0; i < this.x.length; i++) {
      this.v[i] = this.c * this.v[i] + this.eta * this.d[i];
      this.x[i] -= this.v[i];
    }
    this.look();
  }
}
