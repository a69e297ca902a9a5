// All trips: the sentence, when, where, who, and the records, chosen together.
import { html, useEffect, useMemo, useState } from "./vendor/preact-htm.js";
import { address, get, lines } from "./api.js";
import { Chips, Facet, Filters, keepSpelling, readable, useExact } from "./facets.js";
import { go } from "./go.js";
import { Histogram, spokenPeriod, spokenPeriods, timed } from "./histogram.js";
import { abroad, cities as drawCities, Later } from "./later.js";
import { entitle, say } from "./live.js";
import { Problem, Strip, to, Wait } from "./parts.js";
import { lengthOf, TripList } from "./trips.js";
import { useAnswer } from "./use.js";
import { capital, count, days, list, number } from "./words.js";

const CHOICES = { official: "Who", country: "Country", city: "City", topic: "Topic", title: "Office", organization: "Organization", recorded: "Recorded", status: "Status" };
const RECORDED = { yes: "Meeting by meeting", no: "Route and remarks" };
const IGNORED = /^(utm_.*|fbclid|gclid|cursor|view)$/;
const MIN_ABROAD = 12;
const TWICE = { year: " A trip over New Year counts in both years.", month: " A trip over the end of a month counts in both.", day: " A trip counts on each of its days." };
const LIMIT = 1000;
const MAX_LOOKED_AT = 5000;
const MIN_LONG = 8;
const names = new Map();

/** What an address asks for: { from, to, sort, city: […], … } and the names it does not know. */
export function read(parameters) {
  const asked = { from: parameters.get("from"), to: parameters.get("to"), sort: parameters.get("sort"), unknown: [] };
  for (const name of Object.keys(CHOICES)) asked[name] = parameters.getAll(name);
  for (const name of parameters.keys()) {
    if (!(name in asked) && !IGNORED.test(name)) asked.unknown.push(name);
  }
  return asked;
}

const filters = (asked) => ({
  date_from: asked.from,
  date_to: asked.to,
  ...Object.fromEntries(Object.keys(CHOICES).map((name) => [name, asked[name]])),
});

async function ask(asked, signal) {
  const given = filters(asked);
  const of = (more) => get(address("/trips/facets", { ...given, ...more }), signal);
  const [facets, presidents, recorded] = await Promise.all([
    of({ facet: ["year", ...Object.keys(CHOICES)].join(","), limit: LIMIT }),
    of({ title: "President", facet: "year", limit: LIMIT }),
    get("/trips?recorded=yes&sort=-date&limit=1", signal),
  ]);
  const { unit, values } = await timed(facets, (more) => of({ ...more, limit: LIMIT }));
  const part = unit === "year" ? presidents : await of({ title: "President", facet: unit, limit: LIMIT });
  return { facets, values, part: part.facets[unit] ?? [], presidents: presidents.total, unit, lead: recorded.items[0] };
}

export function Landing({ parameters }) {
  const asked = read(parameters);
  const key = JSON.stringify(asked);
  const answer = useAnswer(key, (signal) => ask(asked, signal));
  const longest = useLongest(answer.value && answer.key === key ? { ...asked, from: null, to: null } : null, answer.value?.facets.total);
  const { value } = answer;
  const changed = (more) => {
    const next = { ...asked, ...more };
    const shown = { from: next.from, to: next.to, sort: next.sort, view: parameters.get("view") };
    for (const name of Object.keys(CHOICES)) shown[name] = next[name];
    return to("/", shown);
  };
  const change = (more, replace = false) => go(changed(more), { replace });
  const toggle = (name, one) => change({ [name]: asked[name].includes(one) ? asked[name].filter((each) => each !== one) : [...asked[name], one] });
  const cities = useMemo(() => value?.facets.facets.city ?? [], [value]);
  const total = value?.facets.total;
  const chosen = asked.from || asked.to ? [asked.from ?? value?.values[0]?.value ?? "0001", asked.to ?? value?.values.at(-1)?.value ?? "9999"] : null;
  const shownYears = value && yearsOf(value, asked);
  useExact(answer.value && answer.key === key ? answer.value.facets.facets : null, Object.keys(CHOICES), asked, (exact) => change(exact, true));
  useEffect(() => {
    entitle(value && (chosen || anyChosen(asked)) ? `${count(total, "official trip")}${shownYears ? `, ${shownYears}` : ""}` : "");
    if (value) say(`${count(total, "trip")}${shownYears ? `, ${shownYears}` : ""}`);
  }, [value]);
  if (!value) return html`<h1 tabindex="-1">Official trips</h1><${Problem} answer=${answer} what="The trips" without=${changed} />${!answer.error && html`<${Wait} what="trips" />`}`;
  const { facets } = value;
  const has = (name) => facets.facets[name] ?? [];
  const counted = (name) => facets.values_total?.[name] ?? has(name).length;
  for (const name of Object.keys(CHOICES)) for (const each of has(name)) names.set(`${name} ${each.value}`, each.name);
  keepSpelling(names, facets.notices);
  // A facet leaves its own filter out: what is within the choice is what a filter leaves of it.
  const within = (name, one, many) => (asked[name].length ? count(asked[name].length, one, many) : count(counted(name), one, many));
  // A page of its own has only what is there; of a longer list, that may be what is not among the given.
  const isThere = (name) => (one) => has(name).length >= LIMIT || has(name).some((each) => each.value === one);
  const leads = [...asked.city.filter(isThere("city")).map((one) => ["city", `/cities/${one}`, one]), ...asked.official.filter(isThere("official")).map((one) => ["official", `/participants/${one}`, one])];
  const unlocated = cities.filter((each) => each.latitude == null).length;
  const list25 = address("/trips", { ...filters(asked), sort: asked.sort === "date" ? "date" : "-date", limit: 25 });
  const stale = answer.error || (answer.waiting && answer.key !== key) ? "stale" : "";
  const others = total - value.presidents;
  return html`
    <div class="opening">
      <div>
        <h1 tabindex="-1">${total ? count(total, "official trip") : "No official trip"}${shownYears && (shownYears.length < 12 ? html`, <span>${shownYears}</span>` : `, ${shownYears}`)}</h1>
        <p class="dek">${total === 0 ? (chosen || anyChosen(asked) ? "No trip matches all of this." : "Nothing is loaded yet.") : html`Where ${within("official", "official")} travelled, by city and day: ${within("city", "city", "cities")} in ${within("country", "country", "countries")}. Every entry leads to its source.${unheld(has("status"), asked)}`}</p>
      </div>
      ${value.lead && html`<aside class="lead"><small>Recorded meeting by meeting</small>
        <b><a href=${to(`/trips/${value.lead.id}`)}>${value.lead.title}</a></b>${days(value.lead.start_date, value.lead.end_date)}: <${Recorded} trip=${value.lead} /></aside>`}
    </div>
    <${Problem} answer=${answer} what="The trips" without=${changed} />
    ${asked.unknown.length > 0 && html`<p class="note" role="status">Not understood and left out: ${list(asked.unknown)}.</p>`}
    ${value.values.length > 0 && html`<section class=${`part ${stale}`} aria-labelledby="when">
      <div class="head"><h2 id="when">Trips by ${value.unit}</h2>
        ${value.presidents > 0 && html`<p class="key">${others > 0 && html`<span>Others ${number(others)}</span>`}<span class="pres">Presidents ${number(value.presidents)}</span></p>`}</div>
      <p class="note hint">Drag across the bars to choose, or focus the chart and use the arrow keys.${TWICE[value.unit]} ${chosen && "Double-click or Esc shows all."}</p>
      <${Histogram} values=${value.values} part=${value.part} chosen=${chosen} total=${answer.key === key ? total : null} longest=${longest} onChoose=${(next, replace) => change({ from: next?.[0] ?? null, to: next?.[1] ?? null }, replace)} />
    </section>`}
    ${total > 0 && !value.values.length && html`<p class="note">No single stop of these trips is in all of what is chosen, so that they have no days to count.</p>`}
    <${Chips} chosen=${chosenOf(asked, change, toggle)} clear=${() => change({ from: null, to: null, ...Object.fromEntries(Object.keys(CHOICES).map((name) => [name, []])) })} />
    ${leads.length > 0 && html`<p class="leads">${leads.map(([name, path, one]) => html`<a href=${to(path)}>${names.get(`${name} ${one}`) ?? readable(name, one)}: meetings, quotes${name === "city" ? ", agreements" : ""} →</a>`)}</p>`}
    <div class=${`columns ${stale}`}>
      <${Filters} shows=${count(total, "trip")}>
        ${Object.entries(CHOICES).map(([name, title]) => {
          const values = has(name).map((each) => (name === "recorded" ? { ...each, name: RECORDED[each.value] ?? each.name } : { ...each, name: name === "status" || name === "title" ? capital(each.name) : each.name }));
          if ((name === "status" || name === "title") && values.length < 2 && !asked[name].length) return null;
          return html`<${Facet} key=${name} ...${{ title, name, values, names }} total=${counted(name)} chosen=${asked[name]} onToggle=${toggle} />`;
        })}
      </${Filters}>
      <div class="where">${cities.length > 0 && html`<${Later} load=${drawCities} height=${640} cities=${cities} chosen=${asked.city} onToggle=${(city) => toggle("city", city)} unlocated=${unlocated} total=${total} />`}
        ${total >= MIN_ABROAD && lanes(asked, has("official")).length > 1 && html`<${Later} load=${abroad} height=${420} officials=${lanes(asked, has("official"))} given=${filters({ ...asked, official: [] })} />`}</div>
      <${TripList} path=${list25} sort=${asked.sort} onSort=${() => change({ sort: asked.sort === "date" ? null : "date" }, true)} />
    </div>
    <${Strip} path=${list25} />
  `;
}

/** How much of a trip is recorded; its quotes and agreements are counted once the rest is drawn. */
function Recorded({ trip }) {
  const [also, set] = useState(null);
  useEffect(() => {
    const abort = new AbortController();
    const of = (kind) => get(address(`/${kind}s`, { trip: trip.id, limit: 1, fields: "id" }), abort.signal).then(({ total }) => total && count(total, kind));
    const timer = setTimeout(() => Promise.all([of("quote"), of("agreement")]).then(set, () => {}), 600);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [trip.id]);
  const met = count(trip.meetings.length, "meeting");
  return also ? list([met, ...also.filter(Boolean)]) : `${met}, with what was said and agreed`;
}

/** The officials whose trips are drawn one by one: those chosen, or else all. */
const lanes = (asked, officials) => (asked.official.length ? officials.filter((each) => asked.official.includes(each.value)) : officials);

const anyChosen = (asked) => Object.keys(CHOICES).some((name) => asked[name].length);

function yearsOf(value, asked) {
  if (asked.from || asked.to) {
    const from = asked.from ?? value.values[0]?.value;
    const until = asked.to ?? value.values.at(-1)?.value;
    // Where all that there is lies on the other side, it ends nothing.
    if (!asked.to && !(from < until)) return `from ${spokenPeriod(from)}`;
    if (!asked.from && !(from?.slice(0, until.length) <= until)) return `until ${spokenPeriod(until)}`;
    return from.length === until.length ? spokenPeriods(from, until) : `${spokenPeriod(from)} to ${spokenPeriod(until)}`;
  }
  const years = (value.facets.facets.year ?? []).map((each) => each.value);
  return years.length ? spokenPeriods(years[0], years.at(-1)) : "";
}

/** How many trips of those that are counted did not, or not yet, take place. */
function unheld(statuses, asked) {
  if (asked.status.length) return "";
  const found = statuses.filter((each) => each.value !== "held").map((each) => `${number(each.count)} ${each.count === 1 ? "is" : "are"} ${each.value}`);
  return found.length ? ` Of all, ${list(found)}.` : "";
}

/** What is chosen, as chips say it. */
function chosenOf(asked, change, toggle) {
  const dates = asked.from || asked.to ? [["Dates", `${asked.from ?? "…"} to ${asked.to ?? "…"}`, () => change({ from: null, to: null })]] : [];
  const spoken = (name, value) => (name === "recorded" ? RECORDED[value] : (names.get(`${name} ${value}`) ?? readable(name, value)));
  return [...dates, ...Object.keys(CHOICES).flatMap((name) => asked[name].map((value) => [CHOICES[name], spoken(name, value), () => toggle(name, value)]))];
}

/**
 * The longest trip of a choice, for a note in the histogram: { day, text }. The API cannot be asked
 * for it, so all are looked at, few fields of each, once everything else is there.
 */
function useLongest(asked, total) {
  const [longest, set] = useState(null);
  const path = asked && total >= MIN_ABROAD && total <= MAX_LOOKED_AT ? address("/trips.ndjson", { ...filters(asked), fields: "start_date,end_date,status,travellers" }) : null;
  useEffect(() => {
    set(null);
    if (!path) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => lines(path, abort.signal).then((trips) => set(longestOf(trips)), () => {}), 600);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [path]);
  return longest;
}

function longestOf(trips) {
  const held = trips.filter((trip) => trip.status === "held");
  const longest = held.reduce((most, trip) => (most && lengthOf(most) >= lengthOf(trip) ? most : trip), null);
  if (!longest || lengthOf(longest) < MIN_LONG) return null;
  const [first, ...others] = longest.travellers;
  const who = others.length ? `${first.name} and ${count(others.length, "other")}` : first.name;
  return { day: longest.start_date, text: `${who} away ${count(lengthOf(longest), "day")}, the longest` };
}
