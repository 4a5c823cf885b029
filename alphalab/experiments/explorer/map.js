// The path on the contours of f, or on the graph of f where there is one number; its start follows the hand.

const GRID = 112, LEVELS = 15;
const mapCache = { key: "", picture: null, ys: null };

/** The box and the two scales of the map on a canvas of this size. */
function mapFrame(setting, width, height) {
  const { center, reach, n } = PROBLEMS[setting.problem], box = { left: 34, top: 8, right: width - 8, bottom: height - 24 };
  const xs = scale(center[0] - reach, center[0] + reach, box.left, box.right);
  if (n === 1) return { box, xs, ys: scale(-0.35, (reach * reach) / 2, box.bottom, box.top) };
  return { box, xs, ys: scale(center[1] - reach, center[1] + reach, box.bottom, box.top) };
}

/** Draw the contours, kept until problem, size or colours change. */
function drawContours(ctx, setting, frame, ratio) {
  const { box, xs, ys } = frame;
  const key = [setting.problem, setting.kappa, setting.angle, box.right, box.bottom, ratio, palette.paper].join();
  if (mapCache.key !== key) {
    const sheet = document.createElement("canvas");
    sheet.width = ratio * (box.right + 8);
    sheet.height = ratio * (box.bottom + 24);
    const pen = sheet.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintContours(pen, setting, frame);
    Object.assign(mapCache, { key, picture: sheet });
  }
  ctx.drawImage(mapCache.picture, 0, 0, box.right + 8, box.bottom + 24);
  axes(ctx, xs, ys, box);
}

function paintContours(pen, setting, { box, xs, ys }) {
  const problem = problemOf(setting), g = new Float64Array(2), values = new Float64Array((GRID + 1) ** 2);
  for (let j = 0; j <= GRID; j++) {
    for (let i = 0; i <= GRID; i++) {
      const x = [xs.low + ((xs.high - xs.low) * i) / GRID, ys.low + ((ys.high - ys.low) * j) / GRID];
      values[j * (GRID + 1) + i] = problem.evaluate(x, g) - problem.f_inf;
    }
  }
  const top = values.reduce((a, b) => Math.max(a, b)), shade = shadePicture(values, top);
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(shade, 0.5, 0.5, GRID, GRID, box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.strokeStyle = palette.deep;
  pen.lineWidth = 0.9;
  for (let level = 1; level < LEVELS; level++) {
    pen.globalAlpha = 0.55;
    contour(pen, values, top * (level / LEVELS) ** 3, xs, ys);
  }
  pen.globalAlpha = 1;
}

/** A picture of f: deeper where f is low. */
function shadePicture(values, top) {
  const sheet = document.createElement("canvas"), size = GRID + 1;
  sheet.width = sheet.height = size;
  const pen = sheet.getContext("2d"), picture = pen.createImageData(size, size), [low, high] = [palette.deep, palette.paper].map(rgb);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const share = Math.cbrt(values[(size - 1 - j) * size + i] / top), at = 4 * (j * size + i), depth = 0.5 * (1 - share);
      for (let k = 0; k < 3; k++) picture.data[at + k] = high[k] + (low[k] - high[k]) * depth;
      picture.data[at + 3] = 255;
    }
  }
  pen.putImageData(picture, 0, 0);
  return sheet;
}

function rgb(colour) {
  return [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
}

/** Marching squares: the segments where f crosses a level. */
function contour(pen, values, level, xs, ys) {
  const size = GRID + 1, at = (i, j) => values[j * size + i];
  const x = (i) => xs.at(xs.low + ((xs.high - xs.low) * i) / GRID), y = (j) => ys.at(ys.low + ((ys.high - ys.low) * j) / GRID);
  pen.beginPath();
  for (let j = 0; j < GRID; j++) {
    for (let i = 0; i < GRID; i++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]], met = [];
      for (let k = 0; k < 4; k++) {
        const [a, b] = [corners[k], corners[(k + 1) % 4]], [fa, fb] = [at(...a), at(...b)];
        if (fa < level === fb < level) continue;
        const share = (level - fa) / (fb - fa);
        met.push([x(a[0] + share * (b[0] - a[0])), y(a[1] + share * (b[1] - a[1]))]);
      }
      for (let k = 0; k + 1 < met.length; k += 2) {
        pen.moveTo(...met[k]);
        pen.lineTo(...met[k + 1]);
      }
    }
  }
  pen.stroke();
}

function drawGraph(ctx, setting, { box, xs, ys }) {
  axes(ctx, xs, ys, box);
  const problem = problemOf(setting), g = new Float64Array(1), points = [];
  for (let pixel = box.left; pixel <= box.right; pixel += 2) points.push(pixel, ys.at(problem.evaluate([xs.back(pixel)], g)));
  ctx.strokeStyle = palette.deep;
  ctx.lineWidth = 2;
  within(ctx, box, () => line(ctx, points));
}

/** Draw the map and the path of a run. */
function drawMap(canvas, run) {
  const { setting, problem, x, f, rows } = run, { n } = problem, { ctx, width, height } = cleared(canvas);
  const frame = mapFrame(setting, width, height), { box, xs, ys } = frame;
  if (n === 1) drawGraph(ctx, setting, frame);
  else drawContours(ctx, setting, frame, canvas.width / width);
  const points = [], most = 1e5; // far out a path is cut
  for (let t = 0; t <= rows; t++) {
    const [px, py] = [xs.at(x[t * n]), ys.at(n === 1 ? f[t] : x[t * n + 1])];
    if (Math.abs(px) > most || Math.abs(py) > most) break;
    points.push(px, py);
  }
  within(ctx, box, () => drawPath(ctx, points, problem, setting, frame));
}

function drawPath(ctx, points, problem, setting, { xs, ys }) {
  const count = points.length / 2, last = points.slice(-2 * Math.min(KEPT, count));
  if (problem.x_star) {
    const [px, py] = [xs.at(problem.x_star[0]), ys.at(problem.n === 1 ? 0 : problem.x_star[1])];
    ctx.strokeStyle = palette.ink;
    ctx.lineWidth = 1.6;
    for (const turn of [1, -1]) line(ctx, [px - 5, py - 5 * turn, px + 5, py + 5 * turn]);
  }
  ctx.strokeStyle = palette.vermilion;
  ctx.lineWidth = count > 300 ? 1.1 : 1.6;
  ctx.globalAlpha = 0.85;
  line(ctx, points);
  ctx.fillStyle = palette.vermilion;
  if (count <= 300) for (let i = 0; i < points.length; i += 2) dot(ctx, points[i], points[i + 1], 2.2);
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.ink;
  if (count > KEPT) for (let i = 0; i < last.length; i += 2) dot(ctx, last[i], last[i + 1], 2.4);
  const [px, py] = points;
  ctx.fillStyle = palette.paper;
  dot(ctx, px, py, 9);
  ctx.fillStyle = palette.vermilion;
  dot(ctx, px, py, 6.5);
}
