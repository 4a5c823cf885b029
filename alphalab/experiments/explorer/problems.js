// What is minimised: evaluate(x, g) writes the gradient at x into g and returns f. CONSTANTS come from the lab's problems.
//
//   f(x) = h(Q x),  gradient Q^T h'(Q x),  Q the rotation by `angle`

const PROBLEMS = {
  bowl: { words: "bowl, ½‖x‖²", n: 2, center: [0, 0], reach: 3, start: [2.1, 1.2], make: () => quadratic(1, 1, 0) },
  quadratic: {
    words: "quadratic, turned", n: 2, center: [0, 0], reach: 3, start: [1.9, 1.7], turns: true, conditioned: true,
    make: ({ kappa, angle }) => ({ ...quadratic(1, 1 / kappa, angle), mu: 1 / kappa, pl: 1 / kappa }),
  },
  valley: { words: "valley (Rosenbrock)", n: 2, center: [0, 1], reach: 2, start: [-1.2, 1], make: rosenbrock },
  sine: { words: "PL-sine, not convex", n: 2, center: [0, 0], reach: 4, start: [3, 1.6], turns: true, make: sine },
  well: { words: "double well", n: 2, center: [0, 0], reach: 2, start: [1.5, 0.4], turns: true, make: doubleWell },
  iris: { words: "logistic, iris data", n: 2, center: [2, 2], reach: 4, start: [-1.5, 1], make: () => logistic(IRIS) },
  cycle: { words: "½x², one number", n: 1, center: [0], reach: 3, start: [2.5], make: halfSquare },
};

/** The problem of a setting: n, evaluate(x, g), its constants, and inside(x), where L holds. */
function problemOf(setting) {
  const kind = PROBLEMS[setting.problem], everywhere = () => true;
  return { inside: everywhere, ...CONSTANTS[setting.problem], n: kind.n, ...kind.make(setting) };
}

/** h(Qx) of a sum h of two functions of one number each. */
function turned(angle, value, slope0, slope1) {
  const turn = (angle * Math.PI) / 180, cos = Math.cos(turn), sin = Math.sin(turn);
  return {
    along: (x) => cos * x[0] + sin * x[1],
    evaluate(x, g) {
      const z0 = cos * x[0] + sin * x[1], z1 = cos * x[1] - sin * x[0];
      const h0 = slope0(z0), h1 = slope1(z1);
      g[0] = cos * h0 - sin * h1;
      g[1] = sin * h0 + cos * h1;
      return value(z0, z1, h0, h1);
    },
  };
}

function quadratic(first, second, angle) {
  return turned(angle, (a, b, ga, gb) => 0.5 * (ga * a + gb * b), (z) => first * z, (z) => second * z);
}

function halfSquare() {
  return {
    along: (x) => x[0],
    evaluate(x, g) {
      g[0] = x[0];
      return 0.5 * x[0] * x[0];
    },
  };
}

function sine({ angle }) {
  const slope = (z) => 2 * z + 3 * Math.sin(2 * z);
  return turned(angle, (a, b) => a * a + 3 * Math.sin(a) ** 2 + (b * b + 3 * Math.sin(b) ** 2), slope, slope);
}

function doubleWell({ angle }) {
  const slope = (z) => z * (z * z - 1);
  const inner = turned(angle, (a, b) => 0.25 * ((a * a - 1) ** 2 + (b * b - 1) ** 2), slope, slope);
  const across = turned(angle - 90, null, slope, slope).along; // the second coordinate of Qx, but for its sign
  const { reach } = PROBLEMS.well;
  return { ...inner, inside: (x) => Math.abs(inner.along(x)) <= reach && Math.abs(across(x)) <= reach };
}

function rosenbrock() {
  const { center, reach } = PROBLEMS.valley;
  return {
    along: (x) => x[0],
    inside: (x) => x.every((one, i) => Math.abs(one - center[i]) <= reach),
    evaluate(x, g) {
      const a = x[0], bend = x[1] - a * a;
      g[0] = -400 * a * bend - 2 * (1 - a);
      g[1] = 200 * bend;
      return 100 * bend * bend + (1 - a) ** 2;
    },
  };
}

/** (1/m) sum log(1 + e^{-y <a, x>}) + (ridge/2) ||x||^2, from rows y a; one logarithm, of the product. */
function logistic({ rows, ridge }) {
  const m = rows.length / 2;
  return {
    along: (x) => x[0],
    evaluate(x, g) {
      let sum = 0, product = 1, g0 = 0, g1 = 0;
      for (let i = 0; i < 2 * m; i += 2) {
        const margin = rows[i] * x[0] + rows[i + 1] * x[1], e = Math.exp(-Math.abs(margin));
        const share = margin > 0 ? e / (1 + e) : 1 / (1 + e);
        product *= 1 + e;
        if (margin < 0) sum -= margin;
        g0 -= share * rows[i];
        g1 -= share * rows[i + 1];
      }
      g[0] = g0 / m + ridge * x[0];
      g[1] = g1 / m + ridge * x[1];
      return (sum + Math.log(product)) / m + 0.5 * ridge * (x[0] * x[0] + x[1] * x[1]);
    },
  };
}
