// Trips by year, month or day; a part can be chosen by dragging, by keys, or by writing it.
import { html, useEffect, useRef, useState } from "./vendor/preact-htm.js";
import { AsTable } from "./parts.js";
import { textWidth, useWidth } from "./use.js";
import { capital, count, dayNumber, isoDay, monthName, number } from "./words.js";

const TOP = 34;

/** All periods from one to another, by the length of their names: 4, 7 or 10. */
export function periods(first, last) {
  const found = [];
  if (first.length === 4) for (let y = Number(first); y <= Number(last); y += 1) found.push(String(y).padStart(4, "0"));
  else if (first.length === 7) {
    const at = (p) => Number(p.slice(0, 4)) * 12 + Number(p.slice(5)) - 1;
    for (let m = at(first); m <= at(last); m += 1) found.push(`${String(Math.floor(m / 12)).padStart(4, "0")}-${String((m % 12) + 1).padStart(2, "0")}`);
  } else for (let d = dayNumber(first); d <= dayNumber(last); d += 1) found.push(isoDay(d));
  return found;
}

export function spokenPeriod(period) {
  const [y, m, d] = period.split("-").map(Number);
  return [d, m && monthName(m), y].filter(Boolean).join(" ");
}
export const spokenPeriods = (a, b) => (a === b ? spokenPeriod(a) : a.length === 4 ? `${a}–${b}` : `${spokenPeriod(a)} – ${spokenPeriod(b)}`);

const UNIT = { 4: "year", 7: "month", 10: "day" };

/**
 * The facet of time that a histogram shows: years over 40 years, months over 3, else days.
 * `ask` gives the answer of the API for { facet }; `given` is its answer for years.
 */
export async function timed(given, ask, { monthsOver = 3, yearsOver = 40 } = {}) {
  const years = given.facets.year ?? [];
  const span = years.length ? Number(years.at(-1).value) - Number(years[0].value) + 1 : 0;
  if (!span || span > yearsOver) return { unit: "year", values: years };
  for (const unit of span > monthsOver ? ["month"] : ["day", "month"]) {
    const found = await ask({ facet: unit });
    // Of more days than the API counts the rarest would be missing.
    if (!(found.values_total?.[unit] > 0)) return { unit, values: found.facets[unit] ?? [] };
  }
  return { unit: "year", values: years };
}

/**
 * `values` are [{ value, count }]; `part` the same for presidents; `chosen` [from, to] or null.
 * `total` is their number where it is known yet, `one` what is counted, `longest` a record to speak of: { day, text }.
 */
export function Histogram({ values, part, chosen, total, onChoose, one = "trip", longest }) {
  const [ref, width] = useWidth(1192);
  const [draft, setDraft] = useState(null);
  const drag = useRef(null);
  const timer = useRef(null);
  const latest = useRef(null);
  useEffect(() => setDraft(null), [chosen?.[0], chosen?.[1]]);
  if (!values.length) return html`<div ref=${ref} class="years"></div>`;
  const sorted = values.map((each) => each.value).sort();
  const all = periods(sorted[0], sorted.at(-1));
  const counts = new Map(values.map((each) => [each.value, each.count]));
  const parts = new Map((part ?? []).map((each) => [each.value, each.count]));
  const height = width < 500 ? 132 : 150;
  const base = height - 20;
  const most = Math.max(...counts.values());
  const [step, top] = ticks(most);
  const n = all.length;
  const bar = width / n;
  const y = (value) => base - ((base - TOP) * value) / top;
  const firstIndex = (period) => all.findIndex((each) => each >= period.slice(0, each.length));
  // A bound may be longer or shorter than the bars' periods: a year among months is all of them.
  const lastIndex = (period) => all.findLastIndex((each) => each.slice(0, period.length) <= period);
  const bounds = chosen ? [firstIndex(chosen[0]), lastIndex(chosen[1])] : null;
  // What is chosen may lie before or behind all bars, and then is none of them.
  const isOutside = bounds !== null && !(bounds[0] >= 0 && bounds[0] <= bounds[1]);
  const range = draft ?? (isOutside ? null : bounds);
  const isChosen = range !== null || isOutside;
  const inside = (i) => (range ? i >= range[0] && i <= range[1] : !isOutside);
  const unit = UNIT[all[0].length];

  const settle = (next, replace) => {
    latest.current = next;
    setDraft(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChoose(next && [all[next[0]], all[next[1]]], replace), 150);
  };
  const reset = () => {
    clearTimeout(timer.current);
    setDraft(null);
    onChoose(null, false);
  };
  const at = (event) => {
    const box = ref.current.getBoundingClientRect();
    return Math.max(0, Math.min(n - 1, Math.floor(((event.clientX - box.left) / box.width) * n)));
  };
  const down = (what) => (event) => {
    if (event.button) return;
    event.preventDefault();
    event.stopPropagation();
    const i = at(event);
    drag.current = { what, from: i, range: range ?? [i, i], moved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const move = (event) => {
    const d = drag.current;
    if (!d) return;
    const i = at(event);
    if (i === d.from && !d.moved && d.what !== "new") return;
    if (i !== d.from) d.moved = true;
    if (d.what === "new") settle([Math.min(d.from, i), Math.max(d.from, i)], true);
    else if (d.what === "window") {
      const by = Math.max(-d.range[0], Math.min(n - 1 - d.range[1], i - d.from));
      settle([d.range[0] + by, d.range[1] + by], true);
    } else {
      const other = d.what === "from" ? d.range[1] : d.range[0];
      settle([Math.min(other, i), Math.max(other, i)], true);
    }
  };
  const up = (event) => {
    const d = drag.current;
    drag.current = null;
    // A click chooses the one bar under it.
    if (d?.what === "new" && !d.moved) settle([d.from, d.from], false);
    event.currentTarget.releasePointerCapture?.(event.pointerId);
  };
  const key = (which) => (event) => {
    const now = range ?? [0, n - 1];
    const i = which === "from" ? 0 : 1;
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 10, PageDown: -10, Home: -n, End: n }[event.key];
    if (event.key === "Escape" && isChosen) reset();
    else if (by === undefined) return;
    else {
      const next = [...now];
      next[i] = Math.max(i ? now[0] : 0, Math.min(i ? n - 1 : now[1], now[i] + by));
      settle(next, true);
    }
    event.preventDefault();
  };
  const handle = (which) => {
    const i = range ? range[which === "from" ? 0 : 1] : which === "from" ? 0 : n - 1;
    const x = (i + (which === "from" ? 0 : 1)) * bar;
    return html`<button
      type="button" class="handle" role="slider" aria-label=${`${which === "from" ? "From" : "To"} ${unit}`}
      aria-valuemin="0" aria-valuemax=${n - 1} aria-valuenow=${i} aria-valuetext=${spokenPeriod(all[i])}
      style=${{ left: `${x}px`, height: `${base - 24}px`, opacity: range ? 1 : 0 }}
      onPointerDown=${down(which)} onPointerMove=${move} onPointerUp=${up} onKeyDown=${key(which)} onFocus=${(e) => (e.currentTarget.style.opacity = 1)} onBlur=${(e) => (e.currentTarget.style.opacity = range ? 1 : 0)}
    ></button>`;
  };
  const peak = all.reduce((best, each) => ((counts.get(each) ?? 0) > (counts.get(best) ?? 0) ? each : best), all[0]);
  const inRange = range && (chosen && !draft ? total : null);
  const label = range && `${spokenPeriods(all[range[0]], all[range[1]])}${inRange === null ? "" : `: ${count(inRange, one)}`}`;
  // Where bars are few and wide, each says its number, and no scale has to.
  const numbered = n <= 60 && bar >= textWidth(number(most), 12) + 8;
  // What the scale counts stands where its words would not lie under a handle of the window.
  const scaleWidth = textWidth(`${number(top)} ${one}s a ${unit}`, 12) + 8;
  const notes = n > 12 && most > 2 && !isChosen && !numbered ? annotations(all, counts, peak, unit, bar, width, y, { step, top, width: scaleWidth }, one, longest) : [];

  return html`<div class="years" ref=${ref} onDblClick=${isChosen ? reset : undefined} onKeyDown=${(e) => e.key === "Escape" && isChosen && (e.preventDefault(), reset())}>
    <svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${`${capital(one)}s by ${unit}, ${spokenPeriods(all[0], all.at(-1))}; the most, ${most}, in ${spokenPeriod(peak)}.`} onPointerDown=${down("new")} onPointerMove=${move} onPointerUp=${up}>
      <defs><pattern id="hatch" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="3" fill="var(--paper)" /><rect width="1.6" height="3" fill="var(--pres)" /></pattern></defs>
      <rect width=${width} height=${height} fill="transparent" />
      ${range && html`<rect class="window" x=${range[0] * bar} width=${(range[1] - range[0] + 1) * bar} y=${TOP - 12} height=${base - TOP + 12} onPointerDown=${down("window")} onPointerMove=${move} onPointerUp=${up} />`}
      <g class="grid">${!numbered && [1, 2, 3, 4].map((i) => step * i).filter((v) => v <= top && v > 0).map((v) => html`<line x1="0" x2=${width} y1=${y(v)} y2=${y(v)} />`)}</g>
      <g pointer-events="none">
      ${all.map((period, i) => {
        const value = counts.get(period) ?? 0;
        if (!value) return null;
        const pres = Math.min(value, parts.get(period) ?? 0);
        const w = Math.max(1, Math.min(96, bar - (bar > 3 ? 1 : 0.2)));
        const x = i * bar + (bar - w) / 2;
        const dim = inside(i) ? "" : "dim";
        const split = y(value - pres);
        return html`<g>${value > pres && html`<rect class=${`bar ${dim}`} x=${x} width=${w} y=${split} height=${base - split} />`}${pres > 0 && html`<rect class=${`bar pres ${dim}`} x=${x} width=${w} y=${y(value)} height=${Math.max(0.5, split - y(value) - (value > pres ? 1 : 0))} />`}</g>`;
      })}
      </g>
      <line class="base" x1="0" x2=${width} y1=${base} y2=${base} />
      ${!numbered && [1, 2, 3, 4].map((i) => step * i).filter((v) => v <= top && v > 0).map((v, i, vs) => html`<text class="soft halo" x="0" y=${y(v) - 4}>${number(v)}${i === vs.length - 1 && !(range && range[0] * bar < scaleWidth) ? ` ${v === 1 ? one : `${one}s`} a ${unit}` : ""}</text>`)}
      ${numbered && all.map((period, i) => counts.get(period) && html`<text class="soft halo" x=${(i + 0.5) * bar} y=${y(counts.get(period)) - 4} text-anchor="middle" pointer-events="none">${number(counts.get(period))}</text>`)}
      ${axis(all, bar, width).map(({ text, x, anchor }) => html`<text class="soft" x=${x} y=${height - 5} text-anchor=${anchor}>${text}</text>`)}
      ${notes.map(({ text, x, y: top, foot, anchor }) => html`<g><line x1=${x} x2=${x} y1=${top + 4} y2=${foot} stroke="var(--ink3)" /><text class="halo" x=${anchor === "end" ? x + 2 : x - 2} y=${top} text-anchor=${anchor}>${text}</text></g>`)}
      ${label && html`<text class="halo" font-weight="700" x=${Math.max(textWidth(label, 12, true) / 2, Math.min(width - textWidth(label, 12, true) / 2, ((range[0] + range[1] + 1) / 2) * bar))} y="12" text-anchor="middle">${label}</text>`}
    </svg>
    ${handle("from")}${handle("to")}
    <div class="head">
      <${AsTable} caption=${`${capital(one)}s by ${unit}`} columns=${[capital(unit), `${capital(one)}s`, ...(parts.size ? ["of presidents"] : [])]} rows=${all.filter((each) => counts.get(each)).map((each) => [spokenPeriod(each), counts.get(each), ...(parts.size ? [parts.get(each) ?? 0] : [])])} />
      ${unit === "year" && html`<${YearForm} all=${all} range=${range} isChosen=${isChosen} onChoose=${(next) => settle(next, false)} reset=${reset} />`}
    </div>
  </div>`;
}

function YearForm({ all, range, isChosen, onChoose, reset }) {
  const [from, to] = range ? [all[range[0]], all[range[1]]] : [all[0], all.at(-1)];
  const change = (which) => (event) => {
    const i = all.indexOf(event.target.value);
    if (i < 0) return;
    const now = range ?? [0, all.length - 1];
    onChoose(which === 0 ? [Math.min(i, now[1]), now[1]] : [now[0], Math.max(i, now[0])]);
  };
  const field = (which, value, label) => html`<input type="number" min=${all[0]} max=${all.at(-1)} value=${value} aria-label=${label} onChange=${change(which)} />`;
  return html`<div class="yearform">Years ${field(0, from, "First year")} to ${field(1, to, "Last year")}${isChosen && html` <button type="button" class="link" onClick=${reset}>All years</button>`}</div>`;
}

function ticks(most) {
  for (let power = 1; ; power *= 10) {
    for (const step of [power, 2 * power, 5 * power]) {
      if (Math.ceil(most / step) <= 3) return [step, Math.max(1, Math.ceil(most / step)) * step];
    }
  }
}

function axis(all, bar, width) {
  const length = all[0].length;
  const found = [];
  let free = -Infinity;
  all.forEach((period, i) => {
    const year = Number(period.slice(0, 4));
    const x = (i + 0.5) * bar;
    let text = null;
    if (length === 4) text = bar > 40 || year % (bar > 8 ? 10 : 20) === 0 ? period : null;
    else if (length === 7) text = period.endsWith("-01") || i === 0 ? period.slice(0, 4) : null;
    else text = bar > 60 ? spokenPeriod(period).replace(/ \d{4}$/, "") : period.endsWith("-01") ? `${monthName(Number(period.slice(5, 7))).slice(0, 3)} ${year}` : null;
    if (!text) return;
    const w = textWidth(text, 12);
    const at = Math.max(w / 2, Math.min(width - w / 2, x));
    // A year that has hardly begun gives way to the next, whose name has more to name.
    if (found.length === 1 && length === 7 && !all[0].endsWith("-01") && at - w / 2 <= free + 12) {
      found.pop();
      free = -Infinity;
    }
    if (at - w / 2 > free + 12) {
      found.push({ text, x: at, anchor: "middle" });
      free = at + w / 2;
    }
  });
  return found;
}

function annotations(all, counts, peak, unit, bar, width, y, scale, one, longest) {
  const first = all[0];
  const wanted = [
    { period: first, text: `${spokenPeriod(first)}: the first, ${count(counts.get(first), one)}` },
    { period: peak, text: `${spokenPeriod(peak)}: ${counts.get(peak)}, the most in one ${unit}` },
  ];
  const period = longest?.day.slice(0, first.length);
  if (all.includes(period)) wanted.push({ period, text: `${spokenPeriod(period)}: ${longest.text}` });
  const found = [];
  // The names of the scale stand at the left, above its lines.
  const named = [1, 2, 3, 4].map((i) => scale.step * i).filter((v) => v <= scale.top && v > 0).map((v) => y(v) - 4);
  for (const { period, text } of wanted) {
    const i = all.indexOf(period);
    const x = (i + 0.5) * bar;
    const w = textWidth(text, 12);
    const anchor = x + w < width ? "start" : "end";
    const [x0, x1] = anchor === "start" ? [x, x + w] : [x - w, x];
    const foot = y(counts.get(period));
    const tallest = Math.max(...all.map((each, j) => ((j + 1) * bar > x0 && j * bar < x1 ? (counts.get(each) ?? 0) : 0)));
    const top = Math.max(11, Math.min(foot, y(tallest)) - 12);
    if (x0 < scale.width && named.some((at) => Math.abs(at - top) < 15)) continue;
    if (!found.some((f) => f.x0 < x1 && f.x1 > x0 && Math.abs(f.y - top) < 16)) found.push({ text, x, y: top, foot: foot - 2, anchor, x0, x1 });
  }
  return found;
}
