"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  // A table for each group of criteria, in which each design has a row.
  const bodies = all("#comparison tbody");
  const rows = data.designs.map((d) => bodies.map((b) => [...b.rows].find((r) => r.dataset.design === d.name)));
  const modes = Object.fromEntries(data.figures.map((f) => [f.key, f.mode]));
  const bounds = Object.fromEntries(data.figures.map((f) => [f.key, f]));
  const items = Object.fromEntries(data.items.map((i) => [i.id, i]));
  const state = { lang: "ja", sort: null, down: false, weights: {}, thresholds: {}, figures: {} };

  // The same texts as in the tool: three significant digits, two of what is small, thousands apart.
  const plain = (value) => {
    const size = Math.abs(value);
    let decimals = size >= 100 || size < 1e-12 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 2;
    if (size >= 1e-12 && size < 0.1) for (let zeros = 1; size * 10 ** zeros < 1; zeros++) decimals++;
    let text = value.toFixed(decimals);
    if (text.includes(".")) text = text.replace(/\.?0+$/, "");
    if (text === "-0") text = "0";
    const sign = text.startsWith("-") ? "−" : "";
    const [whole, rest] = text.replace("-", "").split(".");
    return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
  };
  const shown = (value, unit) => (unit.startsWith("share") ? plain(value * 100) + "%" : plain(value));
  // In both languages, if they differ.
  const write = (element, value, criterion) => {
    const ja = shown(value * criterion.factorJa, criterion.unit), en = shown(value, criterion.unit);
    if (ja === en) { element.textContent = en; return; }
    const of = (lang, text) => { const span = document.createElement("span"); span.lang = lang; span.textContent = text; return span; };
    element.replaceChildren(of("ja", ja), of("en", en));
  };

  // The same formula as in the tool: an item is a product of terms, divided by others; a group is the sum of its items.
  const formula = (design, values) => {
    const own = design.items.map((id) => items[id]);
    const term = (text) => {
      if (text !== "" && !Number.isNaN(Number(text))) return Number(text);
      const [kind, name] = text.split(":");
      if (kind === "measured" && name !== undefined) return name in design.measured ? design.measured[name] : null;
      if (kind === "sum" && name !== undefined) return sum(name, null);
      if (text.startsWith("1-")) return 1 - values[text.slice(2)];
      return values[text];
    };
    const product = (terms) => terms.reduce((p, t) => { const v = p === null ? null : term(t); return v === null ? null : p * v; }, 1);
    const value = (item) => { const p = product(item.times), q = product(item.over); return p === null || q === null ? null : p / q; };
    const sum = (group, payer) => own.filter((i) => i.group === group && (payer === null || i.payer === payer))
      .reduce((s, i) => { const v = s === null ? null : value(i); return v === null ? null : s + v; }, 0);
    return sum;
  };
  const figure = (design, criterion, values) => {
    const sum = formula(design, values), f = criterion.formula;
    const total = sum(f.group, f.payer), over = f.over === null ? 1 : sum(f.over, null);
    return total === null || over === null ? null : (total * f.times) / over;
  };
  const cellOf = (row, id) => row.flatMap((r) => [...r.cells]).find((c) => c.dataset.criterion === id);
  const valueOf = (row, id) => { const v = cellOf(row, id)?.dataset.value; return v === undefined ? null : Number(v); };
  const unfold = (group) => {
    group.querySelector("table").classList.remove("folded");
    group.querySelector(".scroll").removeAttribute("data-all-same");
    const button = group.querySelector("button.unfold");
    if (button) { button.setAttribute("aria-expanded", "true"); button.hidden = true; }
  };

  const compute = () => {
    // Each counts with the mean of its triangle.
    const mean = (f) => (f.low + (state.figures[f.key] ?? f.mode) + f.high) / 3;
    const values = Object.fromEntries(data.figures.map((f) => [f.key, mean(f)]));
    const changed = Object.keys(state.figures).length > 0;
    document.getElementById("changed").hidden = !changed;
    // What rests on assumptions and is not computed here is marked, or not shown, while one of them is changed.
    root.classList.toggle("has-changes", changed);
    for (const criterion of data.criteria.filter((c) => c.formula)) {
      data.designs.forEach((design, i) => {
        const cell = cellOf(rows[i], criterion.id);
        const value = figure(design, criterion, values);
        cell.classList.toggle("stale", changed);
        cell.querySelectorAll(".mark, .mark-text").forEach((m) => { m.hidden = changed; });
        if (value === null) return;
        cell.dataset.value = String(value);
        write(cell.querySelector(".figure"), value, criterion);
        if (changed && cell.classList.contains("constant")) unfold(cell.closest(".group"));
      });
    }
  };

  const weigh = () => {
    const used = data.criteria.filter((c) => state.weights[c.id] > 0);
    const scores = rows.map((row) => {
      let score = 0, weight = 0;
      for (const c of used) {
        const values = rows.map((r) => valueOf(r, c.id)).filter((v) => v !== null);
        const value = valueOf(row, c.id);
        if (value === null || values.length === 0) continue;
        const low = Math.min(...values), high = Math.max(...values);
        const place = high > low ? (value - low) / (high - low) : 0;
        score += state.weights[c.id] * (c.lower ? place : high > low ? 1 - place : 0);
        weight += state.weights[c.id];
      }
      return weight > 0 ? score / weight : null;
    });
    document.getElementById("weighted-head").hidden = used.length === 0;
    rows.forEach((row, i) => {
      const cell = row.map((r) => r.querySelector(".weighted")).find((c) => c !== null);
      cell.hidden = used.length === 0;
      const rank = scores[i] === null ? null : 1 + scores.filter((s) => s !== null && s < scores[i] - 1e-12).length;
      cell.textContent = rank === null ? "–" : `${rank} (${plain(scores[i])})`;
      for (const c of data.criteria) {
        const limit = state.thresholds[c.id], value = valueOf(row, c.id);
        const misses = limit !== undefined && value !== null && (c.lower ? value > limit : value < limit);
        cellOf(row, c.id)?.classList.toggle("misses", misses);
      }
    });
  };

  const sort = () => {
    for (const head of all("#comparison th[aria-sort]")) {
      head.setAttribute("aria-sort", head.dataset.criterion === state.sort ? (state.down ? "descending" : "ascending") : "none");
    }
    const order = [...rows];
    if (state.sort) {
      const key = (row) => valueOf(row, state.sort);
      order.sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === null || y === null) return (x === null) - (y === null);
        return (state.down ? y - x : x - y) || rows.indexOf(a) - rows.indexOf(b);
      });
    }
    bodies.forEach((body, i) => body.append(...order.map((row) => row[i])));
  };

  const language = () => {
    root.lang = state.lang;
    all("[data-language]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.language === state.lang)));
  };

  // Everything that the reader set is in the link.
  const pack = (values) => Object.entries(values).map(([k, v]) => `${k}:${v}`).join(",");
  const unpack = (text) => Object.fromEntries((text || "").split(",").map((p) => p.split(":")).filter(([k, v]) => k && Number.isFinite(Number(v)) && v !== "").map(([k, v]) => [k, Number(v)]));
  const store = () => {
    const parts = new URLSearchParams();
    parts.set("lang", state.lang);
    if (state.sort) parts.set("sort", (state.down ? "-" : "") + state.sort);
    for (const key of ["weights", "thresholds", "figures"]) if (Object.keys(state[key]).length) parts.set(key, pack(state[key]));
    history.replaceState(null, "", "#" + parts.toString());
  };
  const reject = (texts) => {
    const note = document.getElementById("rejected");
    note.hidden = texts.length === 0;
    note.querySelector("code").textContent = texts.join(", ");
  };
  // A field has the notation of its row: percent, or per million.
  const written = (input, value) => String(Number((value * Number(input.dataset.times)).toPrecision(12)));
  const read = (input) => {
    const name = input.dataset.figure, value = Number((Number(input.value) / Number(input.dataset.times)).toPrecision(12));
    return input.value === written(input, modes[name]) ? modes[name] : value;
  };
  const load = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    if (["ja", "en"].includes(parts.get("lang"))) state.lang = parts.get("lang");
    const sorted = parts.get("sort") || "";
    const known = (id) => data.criteria.some((c) => c.id === id);
    if (known(sorted.replace(/^-/, ""))) [state.sort, state.down] = [sorted.replace(/^-/, ""), sorted.startsWith("-")];
    const keep = (values, is) => Object.fromEntries(Object.entries(values).filter(([k]) => is(k)));
    state.weights = keep(unpack(parts.get("weights")), known);
    state.thresholds = keep(unpack(parts.get("thresholds")), known);
    const asked = keep(unpack(parts.get("figures")), (k) => k in modes);
    const within = ([k, v]) => v >= bounds[k].low && v <= bounds[k].high;
    state.figures = Object.fromEntries(Object.entries(asked).filter(within));
    reject(Object.entries(asked).filter((e) => !within(e)).map(([k, v]) => `${k}:${v}`));
    all("input[data-weight]").forEach((i) => { i.value = state.weights[i.dataset.weight] ?? ""; });
    all("input[data-threshold]").forEach((i) => { i.value = state.thresholds[i.dataset.threshold] ?? ""; });
    all("input[data-figure]").forEach((i) => { i.value = written(i, state.figures[i.dataset.figure] ?? modes[i.dataset.figure]); i.removeAttribute("aria-invalid"); });
  };
  const show = () => { language(); compute(); weigh(); sort(); };
  const listen = (selector, field, key) => all(selector).forEach((input) => input.addEventListener("input", () => {
    const name = input.dataset[key], isFigure = field === "figures", value = isFigure ? read(input) : Number(input.value);
    const given = input.value !== "" && Number.isFinite(value);
    const outside = isFigure && given && (value < bounds[name].low || value > bounds[name].high);
    const unset = !given || outside || (isFigure && value === modes[name]) || (field === "weights" && value <= 0);
    if (unset) delete state[field][name]; else state[field][name] = value;
    if (isFigure) {
      if (outside) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
      reject(outside ? [`${name}:${value}`] : []);
    }
    show();
    store();
  }));

  all("[data-language]").forEach((b) => b.addEventListener("click", () => { state.lang = b.dataset.language; language(); store(); }));
  all("[data-sort]").forEach((b) => b.addEventListener("click", () => {
    state.down = state.sort === b.dataset.sort ? !state.down : false;
    state.sort = b.dataset.sort;
    sort();
    store();
  }));
  listen("input[data-weight]", "weights", "weight");
  listen("input[data-threshold]", "thresholds", "threshold");
  listen("input[data-figure]", "figures", "figure");
  document.getElementById("reset").addEventListener("click", () => {
    Object.assign(state, { sort: null, down: false, weights: {}, thresholds: {}, figures: {} });
    store();
    load();
    show();
  });
  const reveal = () => { const target = document.getElementById(location.hash.slice(1)); if (target instanceof HTMLDetailsElement) target.open = true; };
  window.addEventListener("hashchange", reveal);
  all("button.unfold").forEach((b) => b.addEventListener("click", () => unfold(b.closest(".group"))));
  // On a phone the table comes after a few sentences; the others are one touch away, and printed.
  const more = document.getElementById("summary-more");
  const small = window.matchMedia("(max-width: 600px)");
  const fold = () => { if (more) more.open = !small.matches; };
  small.addEventListener("change", fold);
  fold();
  if (location.hash.includes("=")) load(); else reveal();
  show();
})();
