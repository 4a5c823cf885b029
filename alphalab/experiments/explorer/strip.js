// The bifurcation strip: one coordinate of the last points of a run, over alpha or eta, one run for every column.

const strip = { key: "", sheet: document.createElement("canvas"), next: 0, total: 0, timer: 0 };
const WARM = 600, SHOWN = 48, BUDGET = 7; // steps before, points shown, milliseconds of work in one go
const SWEPT = { eta: [0.01, 20], alpha: [0.05, 1000] };

/** Begin the strip again where what it depends on has changed, and draw what there is. */
function drawStrip(canvas, { setting }) {
  const { width, height, ctx } = cleared(canvas), total = Math.max(60, Math.min(420, Math.floor(width / 2)));
  const same = { ...setting, [setting.over]: 0, steps: 0 }, key = JSON.stringify([same, total, height, palette.blue]);
  if (strip.key !== key) {
    clearTimeout(strip.timer);
    Object.assign(strip, { key, next: 0, total });
    strip.sheet.width = canvas.width;
    strip.sheet.height = canvas.height;
    strip.timer = setTimeout(() => fillStrip(canvas, setting), 80);
  }
  paintStrip(ctx, setting, width, height);
}

function stripFrame({ over, problem }, width, height) {
  const box = { left: 40, top: 6, right: width - 8, bottom: height - 24 }, { center, reach } = PROBLEMS[problem];
  const xs = scale(...SWEPT[over], box.left, box.right, true);
  return { box, xs, ys: scale(center[0] - reach, center[0] + reach, box.bottom, box.top) };
}

/** Compute columns for a few milliseconds, paint them, and go on later. */
function fillStrip(canvas, setting) {
  const until = performance.now() + BUDGET, problem = problemOf(setting), { width, height } = sizeOf(canvas);
  const { box, xs, ys } = stripFrame(setting, width, height), pen = strip.sheet.getContext("2d"), ratio = canvas.width / width;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = palette.blue;
  while (strip.next < strip.total && performance.now() < until) {
    const pixel = box.left + ((orderOf(strip.next++, strip.total) + 0.5) / strip.total) * (box.right - box.left);
    const points = columnOf({ ...setting, [setting.over]: xs.back(pixel) }, problem);
    for (const value of points) if (value >= ys.low && value <= ys.high) pen.fillRect(pixel - 0.8, ys.at(value) - 0.8, 1.6, 1.6);
  }
  const { ctx } = cleared(canvas);
  paintStrip(ctx, current(), width, height);
  if (strip.next < strip.total) strip.timer = setTimeout(() => fillStrip(canvas, setting), 0);
}

/** The columns in an order that shows the whole at once: every eighth first. */
function orderOf(i, total) {
  let skipped = 0;
  for (let offset = 0; offset < 8; offset++) {
    const count = Math.ceil((total - offset) / 8);
    if (i < skipped + count) return offset + 8 * (i - skipped);
    skipped += count;
  }
  return i;
}

/** The coordinate along the steepest axis of the last points, or none where the run diverged. */
function columnOf(setting, problem) {
  const walker = new Walker(setting, setting.x, problem), points = [];
  for (let t = 0; t < WARM + SHOWN; t++) {
    if (!Number.isFinite(walker.f)) return [];
    if (t >= WARM) points.push(problem.along(walker.x));
    walker.step();
  }
  return points;
}

function paintStrip(ctx, setting, width, height) {
  const { box, xs, ys } = stripFrame(setting, width, height), limit = thresholdOf(setting);
  axes(ctx, xs, ys, box);
  ctx.drawImage(strip.sheet, 0, 0, width, height);
  within(ctx, box, () => {
    ctx.lineWidth = 1.6;
    for (const [value, colour, dash] of [[limit, "green", [6, 4]], [setting[setting.over], "vermilion", []]]) {
      if (!(value > 0)) continue;
      ctx.strokeStyle = palette[colour];
      ctx.setLineDash(dash);
      line(ctx, [xs.at(value), box.top, xs.at(value), box.bottom]);
    }
    ctx.setLineDash([]);
  });
}

/** Where T4*'s threshold eta = 2 eps/(sigma'(0) L) lies along the strip; gradient descent's is 2/L. */
function thresholdOf(setting) {
  const { L } = problemOf(setting);
  if (setting.method === "gd") return setting.over === "eta" ? 2 / L : 0;
  if (!METHODS[setting.method].squashes || setting.method === "momentum") return 0;
  const { eps, slope, name, family } = squashOf(setting, 2);
  if (!family) return 0;
  if (setting.over === "eta") return (2 * eps) / (slope * L);
  return SIGMAS[name].slope(1) === 1 && name !== "hybrid" ? (2 * eps) / (setting.eta * L) : 0; // sigma'(0) = alpha
}
