// What is chosen, and how it stands in the address: #problem=bowl&method=alphagrad&..., so that a view can be sent.

const NUMBERS = {
  alpha: { low: 0.01, high: 1000, log: true },
  eps: { low: 1e-10, high: 10, log: true },
  eta: { low: 1e-4, high: 20, log: true },
  steps: { low: 2, high: 1000, log: true, whole: true },
  momentum: { low: 0, high: 0.99 },
  kappa: { low: 1, high: 1000, log: true },
  angle: { low: 0, high: 90 },
};
const FARTHEST = 1000; // a coordinate of a start
const DEFAULT = {
  problem: "quadratic", method: "alphagrad", sigma: "tanh", alpha: 2, eps: 0.1, eta: 0.3, steps: 200,
  momentum: 0.9, kappa: 10, angle: 30, x: PROBLEMS.quadratic.start, over: "eta",
};
const CHOSEN = Object.fromEntries(Object.entries(SIGMAS).filter(([name]) => !Object.values(ONLY).includes(name)));
const CHOICES = { problem: PROBLEMS, method: METHODS, sigma: CHOSEN, over: { alpha: 0, eta: 0 } };
const STORIES = {
  "Below the threshold": { problem: "quadratic", eps: 0.1, eta: 0.095, steps: 400 },
  "A 2-cycle": { problem: "cycle", eps: 0.5, eta: 1.2, alpha: 2, x: [2.5], steps: 200 },
  "The practical ε": { problem: "quadratic", eps: 1e-8, eta: 0.2, alpha: 2, steps: 300 },
  "A 4-cycle": { problem: "sine", alpha: 0.5, eps: 1, eta: 9, steps: 300, x: [3, 1.6] },
  "Chaos": { problem: "sine", alpha: 0.5, eps: 1, eta: 7.6, steps: 400, x: [3, 1.6] },
  "Sign descent": { problem: "quadratic", method: "sign", eta: 0.25, steps: 200 },
  "Gradient descent diverges": { problem: "quadratic", method: "gd", eta: 2.02, steps: 200 },
  "Real data": { problem: "iris", alpha: 2, eps: 0.05, eta: 0.3, steps: 300, x: [-1.5, 1] },
  "Uphill": { problem: "quadratic", method: "alphagrad", sigma: "looped", alpha: 4, eps: 0.01, eta: 0.1, steps: 150 },
};

/** A number within its range; `text` may be anything. */
function settled(name, text, before) {
  const value = Number(text), { low, high, whole } = NUMBERS[name];
  if (text === "" || text === null || !Number.isFinite(value)) return before;
  const inside = Math.min(high, Math.max(name === "eps" ? 0 : low, value)); // eps = 0 is a method too
  return whole ? Math.round(inside) : inside;
}

/** What is said where a number is not the one that was typed. */
function remark(name, words, text, taken) {
  const { low, high, whole } = NUMBERS[name], least = name === "eps" ? 0 : low;
  if (text !== "" && Number(text) === taken) return "";
  return `${words}: a ${whole ? "whole number" : "number"} from ${told(least)} to ${short(high)}; ${short(taken)} is taken.`;
}

/** The setting that an address tells; what it does not tell, or tells wrongly, is the default. */
function fromHash(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, "")), setting = { ...DEFAULT };
  for (const [name, choices] of Object.entries(CHOICES)) {
    if (Object.hasOwn(choices, given.get(name) ?? "")) setting[name] = given.get(name);
  }
  for (const name of Object.keys(NUMBERS)) setting[name] = settled(name, given.get(name), setting[name]);
  setting.x = startOf(setting.problem, (given.get("x") ?? "").split(",").map(Number));
  return setting;
}

/** A start for the problem: the given numbers where they serve. */
function startOf(problem, x, otherwise = PROBLEMS[problem].start) {
  return x.length === PROBLEMS[problem].n && x.every((one) => Math.abs(one) <= FARTHEST) ? x : otherwise;
}

/** The address of a setting. */
function toHash(setting) {
  const shown = Object.entries(setting).map(([name, value]) => [name, name === "x" ? value.map(short).join(",") : short(value)]);
  return "#" + new URLSearchParams(shown).toString().replaceAll("%2C", ",");
}

function short(value) {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : value;
}

/** Where a number stands on its slider, 0 to 1000, and back. */
function place(name, value) {
  const { low, high, log } = NUMBERS[name], to = log ? Math.log : (one) => one;
  return (1000 * (to(Math.max(low, value)) - to(low))) / (to(high) - to(low));
}

function valueAt(name, place) {
  const { low, high, log, whole } = NUMBERS[name], share = place / 1000;
  const value = log ? low * (high / low) ** share : low + (high - low) * share;
  return whole ? Math.round(value) : Number(value.toPrecision(3));
}
