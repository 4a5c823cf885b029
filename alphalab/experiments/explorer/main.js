// The page: one setting, one run; every change draws all of it anew within a frame.

const $ = (id) => document.getElementById(id);
const view = { setting: fromHash(location.hash), waiting: 0, spoken: 0, written: 0, took: [] };

/** The setting that is shown. */
function current() {
  return view.setting;
}

/** Change the setting: draw with the next frame, and write it into the address. */
function change(some) {
  const before = view.setting;
  view.setting = { ...before, ...some };
  if (some.problem && some.problem !== before.problem && !some.x) view.setting.x = PROBLEMS[some.problem].start;
  if (cloud.on) toggleCloud(false);
  $("note").textContent = "";
  schedule();
}

function schedule() {
  if (!view.waiting) view.waiting = requestAnimationFrame(() => { view.waiting = 0; draw(); });
}

function drawAll(run, prefix) {
  const [values, norms] = curvesOf(run, prefix);
  drawMap($("map"), run);
  drawCurves($("values"), $("values-legend"), values, "f over t");
  drawCurves($("norms"), $("norms-legend"), norms, "the gradient norm over t");
  drawSaturation($("saturation"), run);
  drawCircle($("circle"), run);
  drawStrip($("strip"), run);
}

/** Run the setting and show everything that is known of it. */
function draw() {
  const began = performance.now(), { setting } = view, run = simulate(setting), prefix = measured(run);
  showControls(setting);
  showVerdict(run, verdict(run, prefix));
  if (sizeOf($("map")).width > 0) drawAll(run, prefix); // else it is not laid out yet: whoever sees its size draws
  showReadouts(run);
  clearTimeout(view.written); // when the hand rests: a browser counts how often an address is written
  view.written = setTimeout(() => history.replaceState(null, "", toHash(view.setting)), 150);
  view.took = [...view.took.slice(-99), performance.now() - began];
}

// ---- words

function showVerdict(run, { tone, head, guaranteed, ends }) {
  $("verdict").dataset.tone = tone;
  $("head").textContent = head;
  $("ends").textContent = ends;
  $("bar").dataset.tone = tone;
  $("bar").textContent = `${tone === "proved" ? "Guaranteed." : "Not guaranteed."} ${ends}`;
  $("guaranteed").replaceChildren(...guaranteed.map(([words, key, kind]) => {
    const item = document.createElement("li");
    item.className = key && kind !== "reason" ? "promise" : "";
    item.append(words);
    if (key) {
      const link = Object.assign(document.createElement("a"), { href: `index.html#claim-${key}`, title: CLAIMS[key].title });
      link.append(Object.assign(document.createElement("code"), { textContent: key }));
      item.append(" ", link);
    }
    return item;
  }));
  clearTimeout(view.spoken); // read out when the hand rests, not at every pixel of a drag
  view.spoken = setTimeout(() => {
    $("spoken").textContent = `${head}. ${guaranteed.map(([words]) => words).join("; ")}. ${ends}`;
  }, 500);
}

function showReadouts(run) {
  const { setting, rows } = run, { squashes } = METHODS[setting.method];
  const share = rows ? mean(run.saturated, 0, rows) : 0;
  $("saturated").textContent = squashes && !ONLY[setting.method] ? `${told(100 * share)} %` : "none";
  const words = { 1: "σ on [−1, 1]", 2: "The direction d of every gradient of length 1" }[run.problem.n];
  $("circle-more").hidden = run.problem.n === 1;
  $("circle-words").textContent = setting.method === "adam" ? "The direction of Adam's first step for every gradient of length 1" : words;
  $("map").setAttribute("aria-label", `Path of ${METHODS[setting.method].words} from ${setting.x.map(told).join(", ")}. Arrow keys move the start.`);
}

// ---- controls

function showControls(setting) {
  for (const name of ["problem", "method", "sigma", "over"]) $(name).value = setting[name];
  for (const name of Object.keys(NUMBERS)) {
    const slider = $(name), number = $(`${name}-number`), text = short(setting[name]);
    if (document.activeElement !== number) number.value = text;
    slider.value = place(name, setting[name]);
    slider.setAttribute("aria-valuetext", text);
  }
  for (const [i, axis] of ["x1", "x2"].entries()) {
    if (document.activeElement !== $(axis)) $(axis).value = short(setting.x[i] ?? 0);
  }
  const kind = PROBLEMS[setting.problem], squashes = METHODS[setting.method].squashes && !ONLY[setting.method];
  const shown = {
    sigma: squashes, alpha: squashes, eps: !["gd", "sign"].includes(setting.method), momentum: setting.method === "momentum",
    kappa: kind.conditioned, angle: kind.turns, "x2-part": kind.n === 2, scaled: squashes,
  };
  for (const [name, is] of Object.entries(shown)) (document.querySelector(`[data-row="${name}"]`) ?? $(name)).hidden = !is;
  $("over-alpha").disabled = !squashes;
  if (!squashes && setting.over === "alpha") change({ over: "eta" });
}

function listen() {
  for (const name of ["problem", "method", "sigma", "over"]) $(name).addEventListener("change", ({ target }) => change({ [name]: target.value }));
  for (const name of Object.keys(NUMBERS)) {
    $(name).addEventListener("input", ({ target }) => change({ [name]: valueAt(name, Number(target.value)) }));
    $(`${name}-number`).addEventListener("change", ({ target }) => {
      const text = target.value, taken = settled(name, text, view.setting[name]);
      change({ [name]: taken });
      target.value = short(taken);
      $("note").textContent = remark(name, document.querySelector(`label[for="${name}"]`).textContent, text, taken);
    });
  }
  for (const axis of ["x1", "x2"]) {
    $(axis).addEventListener("change", () => {
      const fields = ["x1", "x2"].slice(0, view.setting.x.length).map($), typed = fields.map(({ value }) => (value === "" ? NaN : Number(value)));
      const x = startOf(view.setting.problem, typed, view.setting.x);
      change({ x });
      for (const [i, field] of fields.entries()) field.value = short(x[i]);
      if (x !== typed) $("note").textContent = `start: numbers from ${-FARTHEST} to ${FARTHEST}; ${x.map(short).join(", ")} is taken.`;
    });
  }
  $("scaled").addEventListener("click", () => {
    const { slope } = squashOf(view.setting, 2), { L } = problemOf(view.setting);
    change({ eps: settled("eps", slope * L * view.setting.eta, view.setting.eps) });
  });
  $("cloud").addEventListener("click", () => toggleCloud(!cloud.on));
  $("copy").addEventListener("click", copyLink);
  $("reset").addEventListener("click", () => change({ ...DEFAULT }));
  listenMap();
  listenStrip();
  addEventListener("hashchange", () => { view.setting = fromHash(location.hash); schedule(); });
  const repaint = () => { readPalette(); schedule(); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  watchSizes(schedule);
  new IntersectionObserver(([{ isIntersecting }]) => { $("bar").hidden = isIntersecting; }).observe($("verdict"));
}

function listenMap() {
  const map = $("map");
  const point = (event) => {
    const { left, top, width, height } = map.getBoundingClientRect(), { xs, ys, box } = mapFrame(view.setting, width, height);
    const inside = (value, a, b) => Math.min(b, Math.max(a, value));
    const px = inside(event.clientX - left, box.left, box.right), py = inside(event.clientY - top, box.top, box.bottom);
    const x = [xs.back(px), ys.back(py)].slice(0, PROBLEMS[view.setting.problem].n);
    change({ x: x.map((one) => Number(one.toFixed(3))) });
  };
  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    point(event);
  });
  map.addEventListener("pointermove", (event) => { if (map.hasPointerCapture(event.pointerId)) point(event); });
  map.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }, move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const by = (PROBLEMS[view.setting.problem].reach / 60) * (event.shiftKey ? 5 : 1);
    change({ x: view.setting.x.map((one, i) => Number((one + by * move[i]).toFixed(3))) });
  });
}

function listenStrip() {
  const canvas = $("strip");
  const choose = (event) => {
    const { left, width, height } = canvas.getBoundingClientRect(), { over } = view.setting, { xs } = stripFrame(view.setting, width, height);
    change({ [over]: settled(over, Number(xs.back(event.clientX - left).toPrecision(3)), view.setting[over]) });
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    choose(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (canvas.hasPointerCapture(event.pointerId)) choose(event); });
}

function toggleCloud(on) {
  cloud.on = on;
  $("cloud").setAttribute("aria-pressed", String(on));
  $("cloud-words").textContent = on ? "4,096 starts are walking." : "";
  if (on) startCloud($("cloud-map"), view.setting, (words) => { $("cloud-words").textContent = words; });
  else stopCloud($("cloud-map"));
}

async function copyLink() {
  const href = location.href.replace(/#.*|$/, toHash(view.setting));
  try {
    await navigator.clipboard.writeText(href);
    $("note").textContent = "Copied: the address holds the whole view.";
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    $("note").textContent = "The address bar holds the whole view.";
  }
}

function fillChoices() {
  const options = (choices) => Object.entries(choices).map(([value, { words }]) => new Option(words, value));
  $("problem").replaceChildren(...options(PROBLEMS));
  $("method").replaceChildren(...options(METHODS));
  $("sigma").replaceChildren(...options(CHOSEN));
  $("stories").replaceChildren(...Object.entries(STORIES).map(([words, some]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
    button.addEventListener("click", () => change({ ...DEFAULT, ...some, x: some.x ?? PROBLEMS[some.problem].start }));
    return button;
  }));
}

fillChoices();
readPalette();
listen();
draw();
