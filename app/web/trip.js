// A trip: the sentence and its numbers, its days, its way, who met whom, and each meeting.
import { html, useEffect } from "./vendor/preact-htm.js";
import { address, all, get } from "./api.js";
import { Marks, PassageList, Passages } from "./evidence.js";
import { Deals, Meeting, Quote } from "./meeting.js";
import { Later, network, route } from "./later.js";
import { AsTable, Badge, Files, office, People, Problem, Strip, to, Wait } from "./parts.js";
import { Timeline } from "./timeline.js";
import { entitle } from "./live.js";
import { useAnswer } from "./use.js";
import { count, days, list, monthName, spoken, where } from "./words.js";

const MAX_TOPICS = 12;

export async function askTrip(id, signal) {
  const of = (collection) => all(address(`/${collection}`, { trip: id, limit: 200 }));
  const [trip, meetings, quotes, agreements] = await Promise.all([
    get(`/trips/${id}`, signal),
    of("meetings"),
    of("quotes"),
    of("agreements"),
  ]);
  // Known days first, then what may have been on any of several.
  const order = (m) => `${m.date ? 0 : 1} ${m.date ?? ""} ${m.start_time ?? ""}`;
  meetings.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  return { trip, meetings, quotes, agreements };
}

export function Trip({ id, title }) {
  const answer = useAnswer(id, (signal) => askTrip(id, signal));
  const { value } = answer;
  useEffect(() => value && entitle(value.trip.title), [value]);
  if (!value || value.trip.id !== id) {
    return answer.error ? html`<h1>Trip</h1><${Problem} answer=${answer} what="The trip" />` : html`<h1>${title ?? "Trip"}</h1><${Wait} what="the trip" />`;
  }
  const { trip, meetings, quotes, agreements } = value;
  const passages = new Passages(trip.sources);
  // The marks are numbered in the order of reading, whatever is drawn first.
  const quotesOf = (meeting) => quotes.filter((q) => q.occasion?.meeting === meeting.id);
  const dealsOf = (meeting) => agreements.filter((a) => a.meeting === meeting.id);
  const number = (record) => record.evidence.forEach((each) => passages.number(each));
  number(trip);
  for (const meeting of meetings) [meeting, ...quotesOf(meeting), ...dealsOf(meeting)].forEach(number);
  const shown = new Set(meetings.map((each) => each.id));
  const loose = quotes.filter((q) => !shown.has(q.occasion?.meeting));
  const looseDeals = agreements.filter((a) => !shown.has(a.meeting));
  [...loose, ...looseDeals].forEach(number);
  trip.stops.forEach(number);
  const cities = new Set(trip.stops.map((stop) => stop.city?.id ?? where(stop)).filter(Boolean)).size;
  const [oneStop, manyStops] = trip.stops.every((stop) => stop.city) ? ["city", "cities"] : ["place", "places"];
  const [year, month] = trip.start_date.split("-");
  const remarks = trip.stops.filter((stop) => stop.remarks);
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a> / <a href=${to("/", { from: year, to: year })}>${year}</a> / ${monthName(Number(month))}</p>
    <h1 tabindex="-1" class=${trip.status === "cancelled" ? "off" : ""}>${trip.title}</h1>
    <${Badge} status=${trip.status} />
    <p class="dek">${trip.summary ?? `${list(trip.travellers.map((t) => [t.title, t.name].filter(Boolean).join(" ")))}.`}${" "}<${Marks} evidence=${trip.evidence} passages=${passages} about="the trip" /></p>
    ${meetings.length > 0 && html`<p class="who">Travelled: ${trip.travellers.map((each, i) => html`${i > 0 && "; "}<a href=${to(`/participants/${each.id}`)}>${each.name}</a>${office(each) && `, ${office(each)}`}`)}.</p>`}
    ${trip.inferred.length > 0 && html`<p class="note"><span class="inferred">Inferred</span>: ${trip.inferred.map(spoken).join(", ")}.</p>`}
    ${trip.note && html`<p class="note">Note: ${trip.note}</p>`}
    <dl class="facts">
      <div><dt>dates</dt><dd>${days(trip.start_date, trip.end_date)}</dd></div>
      <${Fact} n=${cities} one=${oneStop} many=${manyStops} />
      ${meetings.length ? html`<${Fact} n=${meetings.length} one="meeting" />${quotes.length > 0 && html`<${Fact} n=${quotes.length} one="quote" />`}${agreements.length > 0 && html`<${Fact} n=${agreements.length} one="agreement" />`}` : html`<div><dt>meetings</dt><dd>not recorded</dd></div>`}
      <${Fact} n=${passages.listed.length} one="passage cited" many="passages cited" />
    </dl>
    <div class="two"><${Timeline} ...${value} /><${Later} load=${route} height=${400} ...${value} /></div>
    ${meetings.length > 0 && html`<div class="two"><${Later} load=${network} height=${360} ...${value} /><${Topics} ...${value} /></div>`}
    ${!meetings.length && html`<section class="part"><h2>Travellers</h2><div class="mt"><${People} people=${trip.travellers} /></div></section>`}
    ${remarks.length > 0 && html`<section class="part strong" aria-labelledby="remarks"><h2 id="remarks">What the register says</h2>
      <p class="note">The register's own words for each stop; they are remarks, not meetings.</p>
      <ul class="trips wide">${remarks.map((stop) => html`<li data-record><span class="meta">${stop.arrival_date ? days(stop.arrival_date, stop.departure_date ?? stop.arrival_date) : "Day not stated"}</span>
        <span><b class=${stop.status === "cancelled" ? "off" : ""}>${where(stop)}</b> <${Badge} status=${stop.status} /><br />${stop.remarks}${" "}<${Marks} evidence=${stop.evidence} passages=${passages} about=${where(stop)} /></span></li>`)}</ul></section>`}
    ${meetings.length > 0 && html`<section class="part strong" aria-labelledby="meetings">
      <div class="head"><h2 id="meetings">Meetings, what was said and agreed</h2>
        <p class="note"><span class="ev"><span>1</span></span> opens the source at the passage; <span class="inferred">dotted</span> is inferred by the curator</p><${Files} path=${address("/meetings", { trip: id })} what="these meetings" /></div>
      ${meetings.map((meeting) => html`<${Meeting} key=${meeting.id} meeting=${meeting} quotes=${quotesOf(meeting)} agreements=${dealsOf(meeting)} passages=${passages} />`)}
    </section>`}
    ${loose.length + looseDeals.length > 0 && html`<section class="part strong said" aria-labelledby="else"><h2 id="else">Said and agreed outside the meetings</h2>
      ${loose.map((quote) => html`<${Quote} quote=${quote} passages=${passages} dated />`)}<${Deals} agreements=${looseDeals} passages=${passages} /></section>`}
    <${PassageList} passages=${passages} />
    <${Strip} path=${`/trips/${id}`} />
  `;
}

/** What is recorded of a kind: none is no number, as there may have been some. */
export const Held = ({ n, one }) => (n ? html`<${Fact} n=${n} one=${`${one} recorded`} many=${`${one}s recorded`} />` : html`<div><dt>${one}s</dt><dd>not recorded</dd></div>`);

export const Fact = ({ n, one, many = `${one}s` }) => html`<div><dt>${n === 1 ? one : many}</dt><dd>${n.toLocaleString("en")}</dd></div>`;

function Topics({ trip, meetings, quotes, agreements }) {
  const counts = new Map();
  for (const record of [...meetings, ...quotes, ...agreements]) {
    for (const topic of record.topics) {
      const seen = counts.get(topic.id) ?? { ...topic, n: 0 };
      seen.n += 1;
      counts.set(topic.id, seen);
    }
  }
  if (!counts.size) return null;
  const ranked = [...counts.values()].sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1));
  return html`<section class="part" aria-labelledby="topics">
    <div class="head"><h2 id="topics">What it was about</h2><span class="note">meetings, quotes, agreements</span></div>
    <${Bars} items=${ranked.slice(0, MAX_TOPICS).map((t) => ({ name: t.name, n: t.n, href: to(`/topics/${t.id}`) }))} />
    ${ranked.length > MAX_TOPICS && html`<${AsTable} caption=${`All ${count(ranked.length, "topic")}`} columns=${["Topic", "Records"]} rows=${ranked.map((t) => [t.name, t.n])} />`}
  </section>`;
}

export function Bars({ items }) {
  const most = Math.max(...items.map((each) => each.n));
  return html`<ul class="bars">${items.map((each) => html`<li><a href=${each.href}>${each.name}</a><i style=${{ width: `${(100 * each.n) / most}%` }}></i><span class="num">${each.n}</span></li>`)}</ul>`;
}
