// The cloud: 4,096 starts over the whole map, all taking their steps together.

const SIDE = 64;
const cloud = { walkers: [], t: 0, on: false, frame: 0, key: "" };
const QUARTERS = ["blue", "vermilion", "green", "purple"];

/** Place the starts and let them walk; at once where motion is unwanted. */
function startCloud(canvas, setting, tell) {
  cancelAnimationFrame(cloud.frame);
  const problem = problemOf(setting), method = methodOf(setting, problem.n);
  cloud.walkers = startsOf(setting).map((x) => new Walker(setting, x, problem, method));
  cloud.t = 0;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    while (cloud.t < setting.steps) walkCloud();
    paintCloud(canvas, setting);
    tell(cloudWords(setting));
    return;
  }
  const every = Math.max(1, Math.ceil(setting.steps / 240));
  const frame = () => {
    for (let k = 0; k < every && cloud.t < setting.steps; k++) walkCloud();
    paintCloud(canvas, setting);
    if (cloud.t < setting.steps) cloud.frame = requestAnimationFrame(frame);
    else tell(cloudWords(setting));
  };
  frame();
}

function stopCloud(canvas) {
  cancelAnimationFrame(cloud.frame);
  cloud.walkers = [];
  cleared(canvas);
}

function startsOf({ problem }) {
  const { center, reach, n } = PROBLEMS[problem], starts = [];
  const at = (i, count, axis) => center[axis] + reach * ((2 * (i + 0.5)) / count - 1);
  if (n === 1) return Array.from({ length: SIDE * SIDE }, (_, i) => [at(i, SIDE * SIDE, 0)]);
  for (let j = 0; j < SIDE; j++) for (let i = 0; i < SIDE; i++) starts.push([at(i, SIDE, 0), at(j, SIDE, 1)]);
  return starts;
}

function walkCloud() {
  for (const walker of cloud.walkers) walker.step();
  cloud.t++;
}

function paintCloud(canvas, setting) {
  const { ctx, width, height } = cleared(canvas), { box, xs, ys } = mapFrame(setting, width, height), { n } = PROBLEMS[setting.problem];
  const half = SIDE / 2;
  within(ctx, box, () => {
    ctx.globalAlpha = 0.7;
    QUARTERS.forEach((colour, quarter) => {
      ctx.fillStyle = palette[colour];
      cloud.walkers.forEach(({ x, f }, i) => {
        const [column, row] = n === 1 ? [i / SIDE, half] : [i % SIDE, Math.floor(i / SIDE)];
        if ((column >= half) + 2 * (row >= half && n > 1) !== quarter || !Number.isFinite(f)) return;
        ctx.fillRect(xs.at(x[0]) - 1, ys.at(n === 1 ? f : x[1]) - 1, 2, 2);
      });
    });
  });
}

/** How the cloud ended, in words. */
function cloudWords(setting) {
  const share = (count) => `${told((100 * count) / cloud.walkers.length)} %`;
  const lost = cloud.walkers.filter(({ N }) => !Number.isFinite(N) || N > 1e6).length;
  const arrived = cloud.walkers.filter(({ N }) => N <= 1e-6).length;
  const norms = cloud.walkers.map(({ N }) => N).filter(Number.isFinite).sort((a, b) => a - b);
  const middle = norms.length ? `, half of them at ‖g‖ ≤ ${told(norms[norms.length >> 1])}` : "";
  return `4,096 starts after ${setting.steps} steps: ${share(arrived)} at ‖g‖ ≤ 10⁻⁶, ${share(lost)} diverged${middle}.`;
}
