// Drawing on a canvas: sharp on every screen, in the colours of the page, with axes.

const COLOURS = ["paper", "ink", "soft", "faint", "grey", "blue", "vermilion", "green", "purple", "deep"];
let palette = {};

/** Read the colours of the page as they are now, light or dark. */
function readPalette() {
  const style = getComputedStyle(document.documentElement);
  palette = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  palette.font = `12px ${getComputedStyle(document.body).fontFamily}`;
}

const sizes = new Map(); // of every canvas, kept by an observer: to ask for it would lay the page out again and again

/** Keep the size of every canvas, and call `changed` where one changes. */
function watchSizes(changed) {
  const watch = new ResizeObserver((seen) => {
    for (const { target, contentRect } of seen) sizes.set(target, contentRect);
    changed();
  });
  for (const canvas of document.querySelectorAll("canvas")) watch.observe(canvas);
}

function sizeOf(canvas) {
  return sizes.get(canvas) ?? { width: canvas.clientWidth, height: canvas.clientHeight };
}

/** Make a canvas as sharp as the screen and return {ctx, width, height}, cleared. */
function cleared(canvas) {
  const { width, height } = sizeOf(canvas), ratio = Math.min(3, devicePixelRatio || 1);
  const sharp = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== sharp[0] || canvas.height !== sharp[1]) [canvas.width, canvas.height] = sharp;
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.font = palette.font;
  ctx.lineJoin = "round";
  return { ctx, width, height };
}

/** A scale from [low, high] to pixels [from, to], logarithmic or not. */
function scale(low, high, from, to, log = false) {
  const raise = log ? Math.log10 : (one) => one, a = raise(low), b = raise(high);
  const at = (value) => from + ((to - from) * (raise(value) - a)) / (b - a);
  const back = (pixel) => (log ? 10 ** (a + ((b - a) * (pixel - from)) / (to - from)) : a + ((b - a) * (pixel - from)) / (to - from));
  return { at, back, low, high, log, ticks: log ? decades(a, b, Math.abs(to - from)) : rounds(low, high, Math.abs(to - from)) };
}

function decades(a, b, pixels) {
  const every = Math.max(1, Math.ceil(((b - a) * 34) / pixels)), ticks = [];
  for (let power = Math.ceil(a / every - 1e-9) * every; power <= b + 1e-9; power += every) ticks.push(10 ** power);
  return ticks;
}

function rounds(low, high, pixels) {
  const rough = (high - low) / Math.max(2, pixels / 45), unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((one) => one * unit >= rough), ticks = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + 1e-9 * step; tick += step) ticks.push(Math.abs(tick) < step / 2 ? 0 : tick);
  return ticks;
}

/** A tick in words: powers of ten as such. */
function tickWords(value, log) {
  if (!log) return String(Number(value.toPrecision(6))).replace("-", "−");
  const power = Math.round(Math.log10(value));
  if (power >= -2 && power <= 3) return String(Number(value.toPrecision(3)));
  return "10" + String(power).replace("-", "⁻").replace(/\d/g, (one) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[one]);
}

/** Grid, ticks and frame of a plot. */
function axes(ctx, xs, ys, box) {
  ctx.lineWidth = 1;
  ctx.strokeStyle = palette.faint;
  ctx.fillStyle = palette.soft;
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  for (const tick of xs.ticks) {
    line(ctx, [xs.at(tick), box.top, xs.at(tick), box.bottom]);
    const words = tickWords(tick, xs.log), half = ctx.measureText(words).width / 2;
    ctx.fillText(words, Math.min(xs.at(tick), box.right + 7 - half), box.bottom + 5);
  }
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  for (const tick of ys.ticks) {
    line(ctx, [box.left, ys.at(tick), box.right, ys.at(tick)]);
    ctx.fillText(tickWords(tick, ys.log), box.left - 6, ys.at(tick));
  }
  ctx.strokeStyle = palette.grey;
  ctx.strokeRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
}

/** A line through points x, y, x, y, ... */
function line(ctx, points) {
  ctx.beginPath();
  for (let i = 0; i < points.length; i += 2) ctx.lineTo(points[i], points[i + 1]);
  ctx.stroke();
}

function dot(ctx, x, y, radius) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}

function arrow(ctx, x0, y0, x1, y1) {
  const turn = Math.atan2(y1 - y0, x1 - x0), size = Math.min(9, Math.hypot(x1 - x0, y1 - y0) / 2);
  line(ctx, [x0, y0, x1 - 0.6 * size * Math.cos(turn), y1 - 0.6 * size * Math.sin(turn)]);
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  for (const side of [-0.45, 0.45]) ctx.lineTo(x1 - size * Math.cos(turn + side), y1 - size * Math.sin(turn + side));
  ctx.fill();
}

/** Draw only inside a box. */
function within(ctx, { left, top, right, bottom }, draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, bottom - top);
  ctx.clip();
  draw();
  ctx.restore();
}
