// f and ||g|| over t, with the bounds that speak of the run: the paper's and the sharp one.

/** What the two plots show of a run: [{name, times, values, colour, dash, width}]. */
function curvesOf(run, prefix) {
  const { f, N, problem, rows } = run, all = Array.from({ length: rows + 1 }, (_, t) => t + 1), means = all.slice(0, rows);
  const few = means.filter((T) => T < 40 || T === rows || Math.floor(40 * Math.log(T)) > Math.floor(40 * Math.log(T - 1)));
  const curve = (name, colour, times, values, width = 1.8, dash = []) => values && times.length && { name, colour, times, values, width, dash };
  const bound = (name, key, colour, dash, change) => curve(name, colour, few, rightSides(key, run, prefix, few, change), 1.8, dash);
  const inverse = (value, { eps }) => H_INVERSE(value, eps), ofAlignment = (value, s) => H_INVERSE(value / s.at_one, s.eps);
  const values = [
    curve(problem.f_star === 0 ? "f" : "f − f*", "blue", all, f.subarray(0, rows + 1).map((one) => one - problem.f_star), 1.2),
    problem.convex && curve("its mean", "blue", means, prefix.mean_delta, 2.6),
    bound("Theorem 1 (paper)", "thm-1", "vermilion", [2, 4]),
    bound("T1*", "thm-1-sharper", "green", [8, 4]),
  ];
  const norms = [
    curve("‖g‖", "blue", all, N.subarray(0, rows + 1), 1.2),
    curve("its mean", "blue", means, prefix.mean_norm, 2.6),
    bound("Theorem 2 (paper)", "thm-2", "vermilion", [2, 4], inverse),
    bound("T2*", "thm-2-norm", "green", [8, 4]),
    bound("T6*", "thm-6-sharp", "green", [8, 4], ofAlignment),
  ];
  return [values, norms].map((plot) => plot.filter(Boolean));
}

/** Draw curves over t = 1, 2, ..., both axes logarithmic, and list them in the legend. */
function drawCurves(canvas, legend, curves, words) {
  const { ctx, width, height } = cleared(canvas), box = { left: 46, top: 8, right: width - 8, bottom: height - 24 };
  const most = Math.max(2, ...curves.map(({ times }) => times.at(-1))), [low, high] = rangeOf(curves);
  const xs = scale(1, most, box.left, box.right, true), ys = scale(low, high, box.bottom, box.top, true);
  axes(ctx, xs, ys, box);
  within(ctx, box, () => {
    for (const { times, values, colour, dash, width: bold } of curves) {
      ctx.strokeStyle = palette[colour];
      ctx.lineWidth = bold;
      ctx.setLineDash(dash);
      ctx.globalAlpha = bold < 1.5 ? 0.75 : 1;
      line(ctx, pointsOf(times, values, xs, ys, low));
    }
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
  });
  const items = curves.map(({ name, colour, dash, width: bold }) => {
    const stroke = `stroke="var(--${colour})" stroke-width="${bold}" stroke-dasharray="${dash.join(" ")}"`;
    return `<li><svg viewBox="0 0 26 8" width="26" height="8" aria-hidden="true"><path d="M0 4H26" ${stroke}/></svg>${name}</li>`;
  });
  if (legend.innerHTML !== items.join("")) legend.innerHTML = items.join("");
  canvas.setAttribute("aria-label", `${words}. ${curves.map(({ name, values }) => `${name}: from ${told(values[0])} to ${told(values.at(-1))}`).join("; ")}.`);
}

/** The least and the largest value shown: 14 decades, and of a bound no more than four above what is measured. */
function rangeOf(curves) {
  const span = (some) => {
    let low = Infinity, high = 0;
    for (const { values } of some) {
      for (const value of values) {
        if (value > high && Number.isFinite(value)) high = value;
        if (value > 0 && value < low) low = value;
      }
    }
    return [low, high];
  };
  const most = 1e4 * span(curves.filter(({ dash }) => dash.length === 0))[1];
  let [low, high] = span(curves);
  if (!(high > 0)) return [0.1, 1];
  high = Math.min(high, most || high);
  low = Math.max(low, 1e-14 * high);
  return low * 10 > high ? [high / 14, high * 1.4] : [low / 1.5, high * 1.5];
}

/** Points of a curve; what lies at or below 0 is drawn at the lower edge. */
function pointsOf(times, values, xs, ys, low) {
  const points = [];
  for (let i = 0; i < times.length; i++) points.push(xs.at(times[i]), ys.at(Math.max(values[i], low)));
  return points;
}

/** Draw how much of the step is saturated, step by step, as a band over the same axis. */
function drawSaturation(canvas, run) {
  const { ctx, width, height } = cleared(canvas), rows = run.rows, xs = scale(1, Math.max(2, rows + 1), 46, width - 8, true);
  ctx.fillStyle = palette.faint;
  ctx.fillRect(46, 2, width - 54, height - 4);
  ctx.fillStyle = palette.purple;
  for (let t = 0; t < rows; t++) {
    if (run.saturated[t] === 0) continue;
    ctx.globalAlpha = run.saturated[t];
    ctx.fillRect(xs.at(t + 1), 2, Math.max(1, xs.at(t + 2) - xs.at(t + 1)), height - 4);
  }
  ctx.globalAlpha = 1;
}
