// One meeting, agreement or quote at an address of its own; and what others refer to.
import { html, useEffect } from "./vendor/preact-htm.js";
import { address, all, get } from "./api.js";
import { Marks, PassageList, Passages } from "./evidence.js";
import { entitle } from "./live.js";
import { Meeting, Quote, Where } from "./meeting.js";
import { Badge, People, Problem, Strip, to, Wait } from "./parts.js";
import { Fact } from "./trip.js";
import { TripList } from "./trips.js";
import { useAnswer } from "./use.js";
import { beginning, capital, count, list, quoted, spoken, when, where } from "./words.js";

const MAX_TITLE_WORDS = 12;

export function SingleMeeting({ id }) {
  const answer = useAnswer(id, async (signal) => {
    const [meeting, quotes, agreements] = await Promise.all([
      get(`/meetings/${id}`, signal),
      all(address("/quotes", { meeting: id, limit: 200 })),
      all(address("/agreements", { meeting: id, limit: 200 })),
    ]);
    const trips = await Promise.all(meeting.trips.map((trip) => get(`/trips/${trip}`, signal)));
    return { meeting, quotes, agreements, trips };
  });
  const { value } = answer;
  useEffect(() => value && entitle(value.meeting.title), [value]);
  if (!value) return html`<h1 tabindex="-1">Meeting</h1><${Problem} answer=${answer} what="The meeting" />${!answer.error && html`<${Wait} what="the meeting" />`}`;
  const { meeting, trips } = value;
  const passages = new Passages(trips.flatMap((trip) => trip.sources));
  for (const each of [meeting, ...value.quotes, ...value.agreements]) each.evidence.forEach((one) => passages.number(one));
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a> / ${trips.map((trip) => html`<a href=${to(`/trips/${trip.id}`)}>${trip.title}</a> `)}</p>
    <h1 tabindex="-1" class=${meeting.status === "cancelled" ? "off" : ""}>${meeting.title}</h1><${Badge} status=${meeting.status} />
    <p class="dek">${meeting.summary ?? capital(`${when(meeting)}, ${where(meeting) || "place not stated"}.`)}${" "}<${Marks} evidence=${meeting.evidence} passages=${passages} about=${meeting.title} /></p>
    <section class="part" aria-labelledby="came"><h2 id="came">When, where, and what came of it</h2><${Meeting} ...${value} passages=${passages} alone /></section>
    <${Topics} topics=${meeting.topics} />
    <${PassageList} passages=${passages} />
    <${Strip} path=${`/meetings/${id}`} />`;
}

export function Agreement({ id }) {
  const answer = useAnswer(id, async (signal) => {
    const agreement = await get(`/agreements/${id}`, signal);
    const [trip, meeting] = await Promise.all([get(`/trips/${agreement.trip}`, signal), agreement.meeting && get(`/meetings/${agreement.meeting}`, signal)]);
    return { agreement, trip, meeting };
  });
  const { value } = answer;
  useEffect(() => value && entitle(value.agreement.title), [value]);
  if (!value) return html`<h1 tabindex="-1">Agreement</h1><${Problem} answer=${answer} what="The agreement" />${!answer.error && html`<${Wait} what="the agreement" />`}`;
  const { agreement, trip, meeting } = value;
  const passages = new Passages(trip.sources);
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a> / <a href=${to(`/trips/${trip.id}`)}>${trip.title}</a></p>
    <h1 tabindex="-1">${agreement.title}</h1>
    <p class="dek">${agreement.summary ?? capital(spoken(agreement.kind))}${" "}<${Marks} evidence=${agreement.evidence} passages=${passages} about=${agreement.title} /></p>
    ${agreement.inferred.length > 0 && html`<p class="note"><span class="inferred">Inferred</span>: ${agreement.inferred.map(spoken).join(", ")}.</p>`}
    ${agreement.note && html`<p class="note">Note: ${agreement.note}</p>`}
    <dl class="facts"><div><dt>kind</dt><dd>${capital(spoken(agreement.kind))}</dd></div><div><dt>parties</dt><dd>${list(agreement.parties.map((p) => p.name))}</dd></div><div><dt>when</dt><dd>${capital(when(agreement))}</dd></div><div><dt>where</dt><dd><${Where} record=${agreement} /></dd></div>${agreement.target_year && html`<div><dt>target</dt><dd>${agreement.target_year}</dd></div>`}</dl>
    ${meeting && html`<section class="part"><h2>Settled at</h2><p><a href=${to(`/meetings/${meeting.id}`)}>${meeting.title}</a></p></section>`}
    ${agreement.participants.length > 0 && html`<section class="part"><h2>Who took part</h2><div class="mt"><${People} people=${agreement.participants} /></div></section>`}
    <${Topics} topics=${agreement.topics} />
    <${PassageList} passages=${passages} />
    <${Strip} path=${`/agreements/${id}`} />`;
}

export function SingleQuote({ id }) {
  const answer = useAnswer(id, async (signal) => {
    const quote = await get(`/quotes/${id}`, signal);
    const [trip, meeting] = await Promise.all([get(`/trips/${quote.trip}`, signal), quote.occasion.meeting && get(`/meetings/${quote.occasion.meeting}`, signal)]);
    return { quote, trip, meeting };
  });
  const { value } = answer;
  const title = value && `${value.quote.speaker?.name ?? value.quote.attribution ?? "Speaker not stated"}: ${quoted(beginning(value.quote.text, MAX_TITLE_WORDS))}`;
  useEffect(() => value && entitle(title), [value]);
  if (!value) return html`<h1 tabindex="-1">Quote</h1><${Problem} answer=${answer} what="The quote" />${!answer.error && html`<${Wait} what="the quote" />`}`;
  const { quote, trip, meeting } = value;
  const passages = new Passages(trip.sources);
  quote.evidence.forEach((each) => passages.number(each));
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a> / <a href=${to(`/trips/${trip.id}`)}>${trip.title}</a></p>
    <h1 tabindex="-1">${title}</h1>
    <dl class="facts">
      ${quote.speaker && html`<div><dt>${quote.speaker.title ?? "who"}</dt><dd><a href=${to(`/participants/${quote.speaker.id}`)}>${quote.speaker.name}</a></dd></div>`}
      <div><dt>when</dt><dd>${capital(when(quote))}${quote.inferred.includes("date") && html`<span class="so">, inferred</span>`}</dd></div>
      <div><dt>where</dt><dd><${Where} record=${quote} /></dd></div>
    </dl>
    <section class="part said" aria-labelledby="words"><h2 id="words">Word for word</h2><${Quote} quote=${quote} passages=${passages} /></section>
    ${meeting && html`<section class="part"><h2>${capital([quote.occasion.when, "this meeting"].filter(Boolean).join(" "))}</h2><p><a href=${to(`/meetings/${meeting.id}`)}>${meeting.title}</a></p></section>`}
    <${Topics} topics=${quote.topics} />
    <${PassageList} passages=${passages} />
    <${Strip} path=${`/quotes/${id}`} />`;
}

function Topics({ topics }) {
  if (!topics.length) return null;
  return html`<section class="part"><h2>Topics</h2><p>${topics.map((t, i) => html`${i > 0 && ", "}<a href=${to(`/topics/${t.id}`)}>${t.name}</a>`)}</p></section>`;
}

const REFERENCE = { organizations: ["organization", "An organization"], topics: ["topic", "A topic"], sources: ["source", "A source"] };
const MAX_LISTED = 25;

/** An organization, a topic or a source: what there is of it. */
export function Reference({ id, collection }) {
  const [parameter, kind] = REFERENCE[collection];
  const answer = useAnswer(`${collection}/${id}`, async (signal) => {
    const of = (others) => get(address(`/${others}`, { [parameter]: id, sort: "-date", limit: MAX_LISTED }), signal);
    const [record, trips, meetings, quotes, agreements] = await Promise.all([get(`/${collection}/${id}`, signal), of("trips"), of("meetings"), of("quotes"), of("agreements")]);
    return { record, trips, meetings, quotes, agreements };
  });
  const { value } = answer;
  const name = value && (value.record.name ?? value.record.title);
  useEffect(() => value && entitle(name), [value]);
  if (!value) return html`<h1 tabindex="-1">${capital(spoken(parameter))}</h1><${Problem} answer=${answer} what="It" />${!answer.error && html`<${Wait} what="it" />`}`;
  const { record, trips, meetings, quotes, agreements } = value;
  const listed = (one, found) => found.total > 0 && html`<section class="part strong"><h2>${count(found.total, one)}</h2><ul class="trips wide">
    ${found.items.map((each) => html`<li data-record><span class="meta">${capital(when(each))}</span><span><a data-open href=${to(`/${one}s/${each.id}`)}><b>${each.title ?? quoted(each.text)}</b></a></span><span class="note num">${each.city?.name ?? ""}</span></li>`)}</ul>
    ${found.total > found.items.length && html`<p class="note">The latest ${found.items.length} are shown.</p>`}</section>`;
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a>${collection !== "sources" && trips.total > 0 && html` / <a href=${to("/", { [parameter]: id })}>its trips on the map</a>`}</p>
    <h1 tabindex="-1">${name}</h1>
    <p class="dek">${kind}${record.publisher ? `, published by ${record.publisher}` : ""}.</p>
    ${record.other_names?.length > 0 && html`<p class="note">Also ${record.other_names.join(", ")}.</p>`}
    ${record.note && html`<p class="note">Note: ${record.note}</p>`}
    ${record.url && html`<p><a href=${record.url}>Open the source ↗</a></p>`}
    <dl class="facts">${[["trip", trips], ["meeting", meetings], ["quote", quotes], ["agreement", agreements]].filter(([, found]) => found.total).map(([one, found]) => html`<${Fact} n=${found.total} one=${one} />`)}</dl>
    ${listed("meeting", meetings)}${listed("quote", quotes)}${listed("agreement", agreements)}
    ${trips.total > 0 && html`<div class="part strong"><${TripList} wide path=${address("/trips", { [parameter]: id, sort: "-date", limit: MAX_LISTED })} /></div>`}
    <${Strip} path=${`/${collection}/${id}`} />`;
}
