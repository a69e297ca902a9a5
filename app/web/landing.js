// All trips: the sentence, when, where, who, and the records, chosen together.
import { html, useEffect, useMemo, useRef, useState } from "./vendor/preact-htm.js";
import { address, get } from "./api.js";
import { Facet } from "./facets.js";
import { go } from "./go.js";
import { Histogram, spokenPeriods } from "./histogram.js";
import { abroad, cities as drawCities, Later } from "./later.js";
import { entitle, say } from "./live.js";
import { Problem, Strip, to, Wait } from "./parts.js";
import { TripList } from "./trips.js";
import { useAnswer } from "./use.js";
import { capital, count, days, list, number } from "./words.js";

const CHOICES = { official: "Who", country: "Country", city: "City", topic: "Topic", title: "Office", organization: "Organization", recorded: "Recorded", status: "Status" };
const RECORDED = { yes: "Meeting by meeting", no: "Route and remarks" };
const IGNORED = /^(utm_.*|fbclid|gclid|cursor|view)$/;
const MIN_ABROAD = 12;
const TWICE = { year: " A trip over New Year counts in both years.", month: " A trip over the end of a month counts in both.", day: " A trip counts on each of its days." };
const LIMIT = 1000;
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
  const years = facets.facets.year ?? [];
  const span = years.length ? Number(years.at(-1).value) - Number(years[0].value) : 0;
  let unit = "year";
  if (span <= 1) unit = "day";
  else if (span < 20) unit = "month";
  let values = years;
  let part = presidents.facets.year ?? [];
  if (unit !== "year") {
    const [fine, finePart] = await Promise.all([of({ facet: unit, limit: LIMIT }), of({ title: "President", facet: unit, limit: LIMIT })]);
    values = fine.facets[unit] ?? [];
    part = finePart.facets[unit] ?? [];
  }
  return { facets, values, part, presidents: presidents.total, unit, lead: recorded.items[0] };
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The values that a name stands for, as the API finds it: the value, a name, or a family name. */
function meant(values, name) {
  if (values.some((each) => each.value === name)) return [name];
  const sought = folded(name);
  const alike = values.filter((each) => {
    const known = folded(each.name);
    return known === sought || each.value.toLowerCase() === sought || known.endsWith(` ${sought}`);
  });
  return alike.length ? alike.map((each) => each.value) : [name];
}

export function Landing({ parameters }) {
  const asked = read(parameters);
  const key = JSON.stringify(asked);
  const answer = useAnswer(key, (signal) => ask(asked, signal));
  const [sheet, setSheet] = useState(false);
  const sheetRef = useRef(null);
  const { value } = answer;
  const change = (more, replace = false) => {
    const next = { ...asked, ...more };
    const shown = { from: next.from, to: next.to, sort: next.sort };
    for (const name of Object.keys(CHOICES)) shown[name] = next[name];
    go(to("/", shown), { replace });
  };
  const toggle = (name, one) => change({ [name]: asked[name].includes(one) ? asked[name].filter((each) => each !== one) : [...asked[name], one] });
  const cities = useMemo(() => value?.facets.facets.city ?? [], [value]);
  const total = value?.facets.total;
  const chosen = asked.from || asked.to ? [asked.from ?? value?.values[0]?.value ?? "0001", asked.to ?? value?.values.at(-1)?.value ?? "9999"] : null;
  const shownYears = value && yearsOf(value, asked);
  // A name in the address becomes the value of the facet that it stands for.
  useEffect(() => {
    if (!value || answer.key !== key) return;
    const exact = {};
    for (const name of Object.keys(CHOICES)) {
      const found = [...new Set(asked[name].flatMap((each) => meant(value.facets.facets[name] ?? [], each)))];
      if (found.join() !== asked[name].join()) exact[name] = found;
    }
    if (Object.keys(exact).length) change(exact, true);
  }, [value]);
  useEffect(() => {
    entitle(value && (chosen || anyChosen(asked)) ? `${count(total, "official trip")}${shownYears ? `, ${shownYears}` : ""}` : "");
    if (value) say(`${count(total, "trip")}${shownYears ? `, ${shownYears}` : ""}`);
  }, [value]);
  useEffect(() => {
    if (!sheet) return undefined;
    const escape = (event) => event.key === "Escape" && setSheet(false);
    addEventListener("keydown", escape);
    sheetRef.current?.querySelector("input, button")?.focus();
    return () => removeEventListener("keydown", escape);
  }, [sheet]);
  if (!value) return html`<h1 tabindex="-1">Official trips</h1><${Problem} answer=${answer} what="The trips" />${!answer.error && html`<${Wait} what="trips" />`}`;
  const { facets } = value;
  const has = (name) => facets.facets[name] ?? [];
  const counted = (name) => facets.values_total?.[name] ?? has(name).length;
  for (const name of Object.keys(CHOICES)) for (const each of has(name)) names.set(`${name} ${each.value}`, each.name);
  // A facet leaves its own filter out: what is within the choice is what a filter leaves of it.
  const within = (name, one, many) => (asked[name].length ? count(asked[name].length, one, many) : count(counted(name), one, many));
  const unlocated = cities.filter((each) => each.latitude == null).length;
  const list25 = address("/trips", { ...filters(asked), sort: asked.sort === "date" ? "date" : "-date", limit: 25 });
  const stale = answer.error || (answer.waiting && answer.key !== key) ? "stale" : "";
  const others = total - value.presidents;
  return html`
    <div class="opening">
      <div>
        <h1 tabindex="-1">${total ? count(total, "official trip") : "No official trip"}${shownYears && `, ${shownYears}`}</h1>
        <p class="dek">${total === 0 ? (chosen || anyChosen(asked) ? "No trip matches all of this." : "Nothing is loaded yet.") : html`Where ${within("official", "official")} travelled, by city and day: ${within("city", "city", "cities")} in ${within("country", "country", "countries")}. Every entry leads to its source.`}</p>
      </div>
      ${value.lead && html`<aside class="lead"><small>Recorded meeting by meeting</small>
        <b><a href=${to(`/trips/${value.lead.id}`)}>${value.lead.title}</a></b>${days(value.lead.start_date, value.lead.end_date)}: ${count(value.lead.meetings.length, "meeting")}, with what was said and agreed</aside>`}
    </div>
    <${Problem} answer=${answer} what="The trips" />
    ${asked.unknown.length > 0 && html`<p class="note" role="status">Not understood and left out: ${list(asked.unknown)}.</p>`}
    ${value.values.length > 0 && html`<section class=${`part ${stale}`} aria-labelledby="when">
      <div class="head"><h2 id="when">Trips by ${value.unit}</h2>
        ${value.presidents > 0 && html`<p class="key">${others > 0 && html`<span>Others ${number(others)}</span>`}<span class="pres">Presidents ${number(value.presidents)}</span></p>`}</div>
      <p class="note hint">Drag across the bars to choose, or focus the chart and use the arrow keys.${TWICE[value.unit]} ${chosen && "Double-click or Esc shows all."}</p>
      <${Histogram} values=${value.values} part=${value.part} chosen=${chosen} total=${total} onChoose=${(next, replace) => change({ from: next?.[0] ?? null, to: next?.[1] ?? null }, replace)} />
    </section>`}
    <${Chips} asked=${asked} change=${change} toggle=${toggle} />
    <p class="onphone"><button type="button" class="btn" aria-expanded=${sheet ? "true" : "false"} onClick=${() => setSheet(true)}>Filters</button></p>
    <div class=${`columns ${stale}`}>
      <div class=${`facets sheet ${sheet ? "up" : ""}`} ref=${sheetRef} role=${sheet ? "dialog" : undefined} aria-label=${sheet ? "Filters" : undefined} aria-modal=${sheet ? "true" : undefined}>
        ${Object.entries(CHOICES).map(([name, title]) => {
          const values = has(name).map((each) => (name === "recorded" ? { ...each, name: RECORDED[each.value] ?? each.name } : { ...each, name: name === "status" || name === "title" ? capital(each.name) : each.name }));
          if ((name === "status" || name === "title") && values.length < 2 && !asked[name].length) return null;
          return html`<${Facet} key=${name} ...${{ title, name, values, names }} total=${counted(name)} chosen=${asked[name]} onToggle=${toggle} />`;
        })}
        <button type="button" class="btn done" onClick=${() => setSheet(false)}>Show ${count(total, "trip")}</button>
      </div>
      <div class="where">${cities.length > 0 && html`<${Later} load=${drawCities} height=${640} cities=${cities} chosen=${asked.city} onToggle=${(city) => toggle("city", city)} unlocated=${unlocated} total=${total} />`}
        ${total >= MIN_ABROAD && lanes(asked, has("official")).length > 1 && html`<${Later} load=${abroad} height=${420} officials=${lanes(asked, has("official"))} given=${filters({ ...asked, official: [] })} />`}</div>
      <${TripList} path=${list25} sort=${asked.sort} onSort=${() => change({ sort: asked.sort === "date" ? null : "date" }, true)} />
    </div>
    <${Strip} path=${list25} />
  `;
}

/** The officials whose trips are drawn one by one: those chosen, or else all. */
const lanes = (asked, officials) => (asked.official.length ? officials.filter((each) => asked.official.includes(each.value)) : officials);

const anyChosen = (asked) => Object.keys(CHOICES).some((name) => asked[name].length);

function yearsOf(value, asked) {
  if (asked.from || asked.to) {
    const from = asked.from ?? value.values[0]?.value;
    const until = asked.to ?? value.values.at(-1)?.value;
    return from && until ? (from.length === until.length ? spokenPeriods(from, until) : `${from} to ${until}`) : "";
  }
  const years = (value.facets.facets.year ?? []).map((each) => each.value);
  return years.length ? spokenPeriods(years[0], years.at(-1)) : "";
}

function Chips({ asked, change, toggle }) {
  const chosen = Object.keys(CHOICES).flatMap((name) => asked[name].map((value) => [name, value]));
  if (!chosen.length && !asked.from && !asked.to) return null;
  const none = Object.fromEntries(Object.keys(CHOICES).map((name) => [name, []]));
  return html`<div class="chips" aria-label="Chosen" role="group">
    ${(asked.from || asked.to) && html`<button type="button" class="chip" onClick=${() => change({ from: null, to: null })}>Dates <b>${asked.from ?? "…"} to ${asked.to ?? "…"}</b> ✕<span class="hidden"> remove</span></button>`}
    ${chosen.map(([name, value]) => html`<button type="button" class="chip" onClick=${() => toggle(name, value)}>${CHOICES[name]} <b>${name === "recorded" ? RECORDED[value] : (names.get(`${name} ${value}`) ?? value)}</b> ✕<span class="hidden"> remove</span></button>`)}
    <button type="button" class="link" onClick=${() => change({ from: null, to: null, ...none })}>Clear all</button>
  </div>`;
}
