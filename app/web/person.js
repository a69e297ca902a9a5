// A person or a group: what they were, where they went, what they said, whom they met.
import { html, useEffect } from "./vendor/preact-htm.js";
import { address, all, get } from "./api.js";
import { Marks, PassageList, Passages } from "./evidence.js";
import { entitle } from "./live.js";
import { cities as drawCities, Later } from "./later.js";
import { Day, Quote } from "./meeting.js";
import { Files, Problem, Strip, to, Wait } from "./parts.js";
import { Bars, Fact, Held } from "./trip.js";
import { isPresident, TripList } from "./trips.js";
import { useAnswer, useWidth } from "./use.js";
import { count, dayNumber, days, list, monthName, ranked } from "./words.js";

const MAX_CITIES = 14;
const MAX_MET = 12;
const MAX_QUOTES = 12;

async function ask(id, signal) {
  const person = await get(`/participants/${id}`, signal);
  const official = person.kind === "official";
  const [facets, trips, quotes, met, sources, meetings] = await Promise.all([
    official ? get(address("/trips/facets", { official: id, facet: "city,country", limit: 1000 }), signal) : { total: 0, facets: {} },
    official ? all(address("/trips", { official: id, sort: "-date", limit: 200, fields: "id,title,start_date,end_date,recorded,status" }), 2000) : [],
    official ? get(address("/quotes", { official: id, sort: "-date", limit: MAX_QUOTES }), signal) : { items: [], total: 0 },
    get(address("/network", { participant: id }), signal).catch(() => null),
    get(address("/sources", { limit: 200 }), signal),
    get(address("/meetings", { participant: id, sort: "-date", limit: 25 }), signal),
  ]);
  return { person, facets, trips, quotes, met: met && ties(met, id), sources: sources.items, meetings };
}

const ties = (network, id) => {
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  return network.links
    .filter((link) => link.source === id || link.target === id)
    .map((link) => ({ ...nodes.get(link.source === id ? link.target : link.source), weight: link.weight }))
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
};

export function Person({ id }) {
  const answer = useAnswer(id, (signal) => ask(id, signal));
  const { value } = answer;
  useEffect(() => value && entitle(value.person.name), [value]);
  if (!value) return html`<h1 tabindex="-1">Person</h1><${Problem} answer=${answer} what="The person" />${!answer.error && html`<${Wait} what="the person" />`}`;
  const { person, facets, trips, quotes, meetings } = value;
  const met = value.met ?? [];
  const passages = new Passages(value.sources);
  person.evidence.forEach((each) => passages.number(each));
  quotes.items.forEach((quote) => quote.evidence.forEach((each) => passages.number(each)));
  const held = trips.filter((trip) => trip.status === "held");
  const unheld = ["planned", "cancelled"].map((status) => [trips.filter((trip) => trip.status === status).length, status]).filter(([n]) => n).map(([n, status]) => `${n} ${status}`);
  const away = new Set();
  for (const trip of held) for (let d = dayNumber(trip.start_date); d <= dayNumber(trip.end_date); d += 1) away.add(d);
  const cities = ranked(facets.facets.city ?? []);
  const titles = [...new Set((person.appearances ?? []).map((each) => each.title).filter(Boolean))];
  const of = person.organization?.name ?? person.country?.name;
  const month = (iso) => `${monthName(Number(iso.slice(5, 7)))} ${iso.slice(0, 4)}`;
  const spanned = held.length > 1 ? ` between ${month(held.at(-1).start_date)} and ${month(held[0].end_date)}` : held.length ? ` in ${month(held[0].start_date)}` : "";
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a> / ${person.kind === "group" ? "Groups" : "People"}</p>
    <h1 tabindex="-1">${person.name}</h1>
    <p class="dek">${person.kind === "group" ? `A group${of ? ` of ${of}` : ""}` : [titles.at(-1) ?? person.title, of].filter(Boolean).join(", ") || "Office not stated"}${held.length ? `, on ${count(held.length, "trip")}${spanned}` : ""}${unheld.length ? `, and ${list(unheld)}` : ""}. <${Marks} evidence=${person.evidence} passages=${passages} about=${person.name} /></p>
    ${person.note && html`<p class="note">Note: ${person.note}</p>`}
    ${person.other_names?.length > 0 && html`<p class="note">Also ${person.other_names.join(", ")}.</p>`}
    <dl class="facts">
      ${held.length > 0 && html`<${Fact} n=${held.length} one="trip" /><${Fact} n=${away.size} one="day abroad" many="days abroad" /><${Fact} n=${facets.values_total?.country ?? (facets.facets.country ?? []).length} one="country" many="countries" /><${Fact} n=${facets.values_total?.city ?? cities.length} one="city" many="cities" />`}
      <${Held} n=${person.meetings_total} one="meeting" />
      ${quotes.total > 0 && html`<${Fact} n=${quotes.total} one="quote" />`}
    </dl>
    ${held.length > 0 && html`<${DaysAbroad} trips=${trips} hue=${isPresident({ travellers: [{ title: titles.at(-1) ?? person.title }] }) ? "var(--pres)" : "var(--sec)"} />`}
    ${cities.length > 0 && html`<div class="two"><section class="part"><${Later} load=${drawCities} height=${420} heading="Where" cities=${cities} /></section>
      <section class="part" aria-labelledby="most"><div class="head"><h2 id="most">Cities most visited</h2><span class="note">trips</span></div>
        <${Bars} items=${cities.slice(0, MAX_CITIES).map((c) => ({ name: c.name, n: c.count, href: to(`/cities/${c.value}`) }))} /></section></div>`}
    <div class="two">
      <section class="part said" aria-labelledby="said"><h2 id="said">Said</h2>
        ${quotes.items.length ? quotes.items.map((quote) => html`<${Quote} quote=${quote} passages=${passages} dated />`) : html`<p class="note">No words are recorded.</p>`}
        ${quotes.total > quotes.items.length && html`<p class="note">${quotes.items.length} of ${quotes.total} quotes are shown.</p>`}</section>
      <section class="part" aria-labelledby="met"><h2 id="met">Met with</h2>
        <p class="note">${held.length ? recordedOf(held) : ""}</p>
        <${Bars} items=${met.slice(0, MAX_MET).map((each) => ({ name: each.name, n: each.weight, href: to(`/participants/${each.id}`) }))} />
        ${met.length > MAX_MET && html`<p class="note">The ${MAX_MET} met most often of ${met.length}.</p>`}</section>
    </div>
    ${meetings.items.length > 0 && html`<section class="part strong" aria-labelledby="ms"><div class="head"><h2 id="ms">${count(meetings.total, "meeting")}</h2><${Files} path=${address("/meetings", { participant: id })} what="these meetings" /></div><ul class="trips wide">
      ${meetings.items.map((m) => html`<li data-record><${Day} meeting=${m} /><span><a data-open href=${to(`/meetings/${m.id}`)}><b>${m.title}</b></a></span><span class="note num">${m.city?.name ?? ""}</span></li>`)}</ul></section>`}
    ${trips.length > 0 && html`<div class="part strong"><${TripList} wide path=${address("/trips", { official: id, sort: "-date", limit: 25 })} /></div>`}
    <${PassageList} passages=${passages} />
    <${Strip} path=${`/participants/${id}`} />
  `;
}

function recordedOf(trips) {
  const n = trips.filter((trip) => trip.recorded === "yes").length;
  if (n === trips.length) return "";
  return `Meetings are recorded for ${n} of ${count(trips.length, "trip")}; for the others a register may have remarks.`;
}

/** Each year a line, each trip a bar from its first to its last day. */
function DaysAbroad({ trips, hue }) {
  const [ref, width] = useWidth(1192);
  const years = new Map();
  for (const trip of trips) {
    for (let y = Number(trip.start_date.slice(0, 4)); y <= Number(trip.end_date.slice(0, 4)); y += 1) {
      if (!years.has(y)) years.set(y, []);
      years.get(y).push(trip);
    }
  }
  const lines = [...years].sort(([a], [b]) => a - b);
  const left = 44;
  const unit = (width - left - 40) / 366;
  // Every month is named where there is room, or else every third.
  const isNamed = (m) => width > 560 || m % 3 === 0;
  const top = 22;
  const start = (y) => dayNumber(`${String(y).padStart(4, "0")}-01-01`);
  const height = top + lines.length * 24 + 4;
  const months = Array.from({ length: 12 }, (_, m) => Math.round((m * 365.25) / 12));
  return html`<section class="part" aria-labelledby="abroad"><h2 id="abroad">Days abroad</h2><p class="note">Each bar is a trip from its first to its last day. An outlined one is recorded meeting by meeting.</p>
    <div ref=${ref}><svg class="mt lanes" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${`Days abroad from ${lines[0][0]} to ${lines.at(-1)[0]}, ${count(trips.length, "trip")}.`}>
      ${months.map((d, m) => html`<line x1=${left + d * unit} x2=${left + d * unit} y1=${top} y2=${height} />${isNamed(m) && html`<text class="soft" x=${left + d * unit + 4} y="14">${monthName(m + 1).slice(0, 3)}</text>`}`)}
      <text class="soft" x=${width} y="14" text-anchor="end">days</text>
      ${lines.map(([y, those], i) => {
        const at = top + i * 24;
        const [first, end] = [start(y), start(y + 1) - 1];
        let sum = 0;
        return html`<line x1="0" x2=${width} y1=${at} y2=${at} /><text x="0" y=${at + 16} font-weight="700">${y}</text>
          ${those.map((trip) => {
            const a = Math.max(first, dayNumber(trip.start_date));
            const b = Math.min(end, dayNumber(trip.end_date));
            if (trip.status !== "cancelled") sum += b - a + 1;
            return html`<a href=${to(`/trips/${trip.id}`)}><rect x=${left + (a - first) * unit} y=${at + 4} width=${Math.max(2, (b - a + 1) * unit - 0.5)} height="16" fill=${trip.status === "held" ? hue : "none"} stroke=${trip.recorded === "yes" ? "var(--ink)" : trip.status === "held" ? "none" : hue} stroke-width="2"><title>${trip.title}, ${days(trip.start_date, trip.end_date)}</title></rect></a>`;
          })}
          <text x=${width} y=${at + 16} text-anchor="end">${sum}</text>`;
      })}
    </svg></div></section>`;
}
