// The direction map: where the unit circle of gradients goes, d(g), and the first gradient of the run with its direction.

/** Draw the map of the circle for two numbers, sigma itself for one. */
function drawCircle(canvas, run) {
  const { setting, problem } = run, { ctx, width, height } = cleared(canvas);
  if (problem.n === 1) drawSigma(ctx, setting, width, height);
  else drawTurned(ctx, run, width, height);
}

function drawTurned(ctx, { setting, problem }, width, height) {
  const reach = 1.22, side = Math.min(width, height) / 2, xs = scale(-reach, reach, width / 2 - side, width / 2 + side);
  const ys = scale(-reach, reach, height / 2 + side, height / 2 - side), points = [], count = 240;
  const d = new Float64Array(2), g = new Float64Array(2), adam = setting.method === "adam";
  const method = methodOf(setting, 2), direct = (a, b) => {
    [g[0], g[1]] = [a, b];
    method.direction(g, 1, method.begin(), d);
    return [d[0], d[1]];
  };
  for (let i = 0; i <= count; i++) {
    const turn = (2 * Math.PI * i) / count, clean = (one) => (Math.abs(one) < 1e-12 ? 0 : one);
    points.push(direct(clean(Math.cos(turn)), clean(Math.sin(turn))));
  }
  const largest = Math.max(...points.flat().map(Math.abs)) || 1;
  ctx.strokeStyle = palette.faint;
  ctx.lineWidth = 1;
  line(ctx, [xs.at(-reach), ys.at(0), xs.at(reach), ys.at(0)]);
  line(ctx, [xs.at(0), ys.at(-reach), xs.at(0), ys.at(reach)]);
  ctx.strokeStyle = palette.grey;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.arc(xs.at(0), ys.at(0), xs.at(1) - xs.at(0), 0, 2 * Math.PI);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.strokeStyle = palette.blue;
  ctx.fillStyle = palette.blue;
  ctx.lineWidth = 2.2;
  line(ctx, points.flatMap(([a, b]) => [xs.at(a / largest), ys.at(b / largest)]));
  if (setting.method === "sign" || adam) for (const a of [-1, 1]) for (const b of [-1, 1]) dot(ctx, xs.at(a), ys.at(b), 4);
  problem.evaluate(setting.x, g);
  const N = norm(g);
  if (!(N > 0)) return;
  const [a, b] = [g[0] / N, g[1] / N], [da, db] = direct(a, b);
  ctx.lineWidth = 1.8;
  ctx.strokeStyle = ctx.fillStyle = palette.grey;
  arrow(ctx, xs.at(0), ys.at(0), xs.at(a), ys.at(b));
  ctx.strokeStyle = ctx.fillStyle = palette.vermilion;
  arrow(ctx, xs.at(0), ys.at(0), xs.at(da / largest), ys.at(db / largest));
}

function drawSigma(ctx, setting, width, height) {
  const box = { left: 30, top: 10, right: width - 8, bottom: height - 22 }, xs = scale(-1, 1, box.left, box.right);
  const of = METHODS[setting.method].squashes ? squashOf(setting, 1).of : (u) => u, points = [];
  const high = Math.max(1, Math.abs(of(1))) * 1.1, ys = scale(-high, high, box.bottom, box.top);
  axes(ctx, xs, ys, box);
  for (let pixel = box.left; pixel <= box.right; pixel++) points.push(pixel, ys.at(of(xs.back(pixel))));
  ctx.strokeStyle = palette.blue;
  ctx.lineWidth = 2.2;
  within(ctx, box, () => line(ctx, points));
}
