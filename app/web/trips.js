// Rows of trips, and more of them when asked for.
import { html, useEffect, useState } from "./vendor/preact-htm.js";
import { get, ROOT } from "./api.js";
import { Badge, Notices, PAGE_NAMES, Problem, to, Wait } from "./parts.js";
import { useAnswer } from "./use.js";
import { count, dayNumber, days, number, where } from "./words.js";

export const lengthOf = (trip) => dayNumber(trip.end_date) - dayNumber(trip.start_date) + 1;
export const routeOf = (trip) => trip.stops.filter((s) => s.status !== "cancelled").map((stop) => where(stop)).filter((name, i, all) => name && name !== all[i - 1]);
export const isPresident = (trip) => trip.travellers.some((each) => /^(acting )?president\b/i.test(each.title ?? ""));

export function TripRow({ trip, wide }) {
  const route = routeOf(trip);
  const off = trip.status === "cancelled" ? "off" : "";
  const marks = html`<${Badge} status=${trip.status} />${trip.recorded === "yes" && html` <span class="badge">meetings recorded</span>`}`;
  if (wide) {
    const remarks = trip.stops.filter((s) => s.remarks).map((s) => `${where(s)}: ${s.remarks}`).join(" ");
    return html`<li data-record><span class=${`meta ${off}`}>${days(trip.start_date, trip.end_date)}</span>
      <span><a class=${off} data-open href=${to(`/trips/${trip.id}`)}><b>${trip.title}</b></a>${marks}<br /><span class="route">${wayOf(route)}</span><br /><span class="note">${shortened(remarks || trip.summary || "")}</span></span>
      <span class="note num">${count(lengthOf(trip), "day")}, ${count(new Set(route).size, "stop")}</span></li>`;
  }
  return html`<li data-record>
    <div class="meta"><span class=${off}><i class=${`dot ${isPresident(trip) ? "pres" : ""}`}></i>${days(trip.start_date, trip.end_date)}</span><span>${count(lengthOf(trip), "day")}</span></div>
    <a class=${off} data-open href=${to(`/trips/${trip.id}`)}><b>${trip.title}</b></a>${marks}
    <div class="route">${wayOf(route)}</div>
  </li>`;
}

const MAX_STOPS = 10;
const wayOf = (route) => {
  if (!route.length) return "No stop is named";
  if (route.length <= MAX_STOPS) return route.join(" → ");
  return `${route.slice(0, MAX_STOPS).join(" → ")} and ${count(route.length - MAX_STOPS, "more stop", "more stops")}`;
};
const shortened = (text) => (text.length <= 240 ? text : `${text.slice(0, 240).replace(/\s+\S*$/, "")} …`);

/** The list at a path of the API, 25 at first; `value` tells its numbers to the view. */
export function TripList({ path, wide, sort, onSort, level = 2 }) {
  const answer = useAnswer(path, (signal) => get(path, signal));
  const [more, setMore] = useState([]);
  const [failed, setFailed] = useState(null);
  useEffect(() => setMore([]), [path]);
  const { value } = answer;
  const items = value ? [...value.items, ...more.flatMap((page) => page.items)] : [];
  const next = more.length ? more.at(-1).next : value?.next;
  const follow = () =>
    get(next.slice(ROOT.length)).then(
      (page) => (setFailed(null), setMore([...more, page])),
      (error) => setFailed({ error, again: follow }),
    );
  const H = `h${level}`;
  return html`<section class=${`list ${answer.error || (answer.key !== path && answer.waiting) ? "stale" : ""}`} aria-labelledby="list">
    <div class="head"><${H} id="list">${value ? count(value.total, "trip") : "Trips"}</${H}>
      ${onSort && html`<button type="button" class="link" onClick=${onSort}>${sort === "date" ? "Oldest first" : "Newest first"} ⇅</button>`}</div>
    <${Problem} answer=${answer} what="The trips" />
    ${!value && !answer.error && html`<${Wait} what="trips" />`}
    ${value?.total === 0 && html`<${Nothing} value=${value} path=${path} />`}
    <ul class=${`trips ${wide ? "wide" : ""}`}>${items.map((trip) => html`<${TripRow} key=${trip.id} trip=${trip} wide=${wide} />`)}</ul>
    ${failed && html`<${Problem} answer=${failed} what="More trips" />`}
    ${next && html`<button type="button" class="link mt" onClick=${follow}>Show ${Math.min(25, value.total - items.length)} more of ${number(value.total)}</button>`}
  </section>`;
}

/** What is said where no trip matches: what may have been meant, and what to leave out. */
function Nothing({ value, path }) {
  const asked = {};
  for (const [name, one] of new URLSearchParams(path.split("?")[1])) {
    if (name !== "sort" && name !== "limit") (asked[PAGE_NAMES[name] ?? name] ??= []).push(one);
  }
  const isDated = asked.from || asked.to;
  if (!Object.keys(asked).length) return html`<p class="mt">Trips come from trip files: load those that Readout comes with, or your own, by <code>readout load seed</code>. They are shown here at once.</p>`;
  const others = Object.keys(asked).some((name) => name !== "from" && name !== "to");
  const instead = ({ parameter, value: wrong }, right) => to("/", { ...asked, [parameter]: asked[parameter].map((each) => (each === wrong ? right : each)) });
  return html`<div class="mt"><b>No trip matches all of this.</b>
    <${Notices} notices=${(value.notices ?? []).filter((notice) => asked[notice.parameter])} instead=${instead} />
    <p class="mt">${isDated && others && html`<a class="btn" href=${to("/", { ...asked, from: null, to: null })}>Clear years</a> `}<a class="btn" href=${to("/")}>Clear all</a></p></div>`;
}
