// A city: who came, when, and what took place there.
import { html, useEffect } from "./vendor/preact-htm.js";
import { address, get } from "./api.js";
import { go } from "./go.js";
import { Histogram } from "./histogram.js";
import { PassageList, Passages } from "./evidence.js";
import { entitle } from "./live.js";
import { Day, Deals, Quote } from "./meeting.js";
import { cities, Later } from "./later.js";
import { Files, Problem, Strip, to, Wait } from "./parts.js";
import { Bars, Fact, Held } from "./trip.js";
import { TripList } from "./trips.js";
import { useAnswer } from "./use.js";
import { count, ranked } from "./words.js";

const MAX_PEOPLE = 14;
const MAX_LISTED = 25;
const MAX_SAID = 12;

async function ask(id, signal) {
  const [city, facets, meetings, quotes, agreements, sources] = await Promise.all([
    get(`/cities/${id}`, signal),
    get(address("/trips/facets", { city: id, facet: "year,official", limit: 1000 }), signal),
    get(address("/meetings", { city: id, sort: "-date", limit: MAX_LISTED }), signal),
    get(address("/quotes", { city: id, sort: "-date", limit: MAX_SAID }), signal),
    get(address("/agreements", { city: id, sort: "-date", limit: MAX_SAID }), signal),
    get(address("/sources", { limit: 200 }), signal),
  ]);
  return { city, facets, meetings, quotes, agreements, sources: sources.items };
}

export function City({ id }) {
  const answer = useAnswer(id, (signal) => ask(id, signal));
  const { value } = answer;
  useEffect(() => value && entitle(value.city.name), [value]);
  if (!value) return html`<h1 tabindex="-1">City</h1><${Problem} answer=${answer} what="The city" />${!answer.error && html`<${Wait} what="the city" />`}`;
  const { city, facets, meetings, quotes, agreements } = value;
  const passages = new Passages(value.sources);
  for (const each of [...quotes.items, ...agreements.items]) each.evidence.forEach((one) => passages.number(one));
  const people = ranked(facets.facets.official ?? []);
  const years = facets.facets.year ?? [];
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a> / <a href=${to("/", { country: city.country.code })}>${city.country.name}</a></p>
    <h1 tabindex="-1">${city.name}</h1>
    <p class="dek">${count(facets.total, "trip")} with a stop in ${city.name}, ${city.country.name}, by ${count(facets.values_total?.official ?? people.length, "official")}${years.length ? `, ${years[0].value}${years.length > 1 ? ` to ${years.at(-1).value}` : ""}` : ""}.</p>
    <dl class="facts"><${Fact} n=${facets.total} one="trip" /><${Held} n=${meetings.total} one="meeting" />${quotes.total > 0 && html`<${Fact} n=${quotes.total} one="quote" />`}${agreements.total > 0 && html`<${Fact} n=${agreements.total} one="agreement" />`}</dl>
    ${years.length > 1 && html`<section class="part"><h2>Trips by year</h2><${Histogram} values=${years} chosen=${null} total=${facets.total} onChoose=${(next) => next && go(to("/", { city: id, from: next[0], to: next[1] }))} /></section>`}
    <div class="two"><section class="part"><${Later} load=${cities} height=${innerWidth > 760 ? 420 : 264} heading="Where it is" cities=${[{ ...city, value: city.id, count: facets.total }]} /></section>
      <section class="part"><div class="head"><h2>Who came</h2><span class="note">trips</span></div>${people.length > 0 && html`<${Bars} items=${people.slice(0, MAX_PEOPLE).map((p) => ({ name: p.name, n: p.count, href: to(`/participants/${p.value}`) }))} />`}</section></div>
    ${quotes.total + agreements.total > 0 && html`<div class="two">
      <section class="part said" aria-labelledby="said"><h2 id="said">Said in ${city.name}</h2>${quotes.items.map((quote) => html`<${Quote} quote=${quote} passages=${passages} dated />`)}
        ${quotes.total > quotes.items.length && html`<p class="note">The latest ${quotes.items.length} of ${count(quotes.total, "quote")}.</p>`}${!quotes.total && html`<p class="note">No words are recorded.</p>`}</section>
      <section class="part agreed" aria-labelledby="agreed"><h2 id="agreed">Agreed in ${city.name}</h2><${Deals} agreements=${agreements.items} passages=${passages} />
        ${agreements.total > agreements.items.length && html`<p class="note">The latest ${agreements.items.length} of ${count(agreements.total, "agreement")}.</p>`}${!agreements.total && html`<p class="note">Nothing agreed is recorded.</p>`}</section></div>`}
    ${meetings.items.length > 0 && html`<section class="part strong"><div class="head"><h2>${count(meetings.total, "meeting")}</h2><${Files} path=${address("/meetings", { city: id })} what="these meetings" /></div><ul class="trips wide">
      ${meetings.items.map((m) => html`<li data-record><${Day} meeting=${m} /><span><a data-open href=${to(`/meetings/${m.id}`)}><b>${m.title}</b></a>${m.summary && html`<br /><span class="note">${m.summary}</span>`}</span><span></span></li>`)}</ul></section>`}
    <div class="part strong"><${TripList} wide path=${address("/trips", { city: id, sort: "-date", limit: 25 })} /></div>
    <${PassageList} passages=${passages} />
    <${Strip} path=${`/cities/${id}`} />
  `;
}
