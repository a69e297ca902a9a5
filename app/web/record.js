// One meeting, and one agreement, at an address of their own.
import { html, useEffect } from "./vendor/preact-htm.js";
import { address, all, get } from "./api.js";
import { Marks, PassageList, Passages } from "./evidence.js";
import { entitle } from "./live.js";
import { Meeting } from "./meeting.js";
import { Badge, People, Problem, Strip, to, Wait } from "./parts.js";
import { useAnswer } from "./use.js";
import { capital, list, spoken, when, where } from "./words.js";

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
  return html`
    <p class="crumbs"><a href=${to("/")}>All trips</a> / ${trips.map((trip) => html`<a href=${to(`/trips/${trip.id}`)}>${trip.title}</a> `)}</p>
    <h1 tabindex="-1" class=${meeting.status === "cancelled" ? "off" : ""}>${meeting.title}</h1><${Badge} status=${meeting.status} />
    <p class="dek">${[when(meeting).text, where(meeting) || "Place not stated"].join(". ")}.</p>
    <section class="part" aria-label="What was said and agreed"><${Meeting} ...${value} passages=${passages} year level=${2} /></section>
    ${meeting.topics.length > 0 && html`<section class="part"><h2>Topics</h2><p>${meeting.topics.map((t, i) => html`${i > 0 && ", "}<a href=${to("/", { topic: t.id })}>${t.name}</a>`)}</p></section>`}
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
    <dl class="facts"><div><dt>kind</dt><dd>${capital(spoken(agreement.kind))}</dd></div><div><dt>parties</dt><dd>${list(agreement.parties.map((p) => p.name))}</dd></div><div><dt>when</dt><dd>${when(agreement).text}</dd></div>${agreement.target_year && html`<div><dt>target</dt><dd>${agreement.target_year}</dd></div>`}</dl>
    ${meeting && html`<section class="part"><h2>Settled at</h2><p><a href=${to(`/meetings/${meeting.id}`)}>${meeting.title}</a></p></section>`}
    ${agreement.participants.length > 0 && html`<section class="part"><h2>Who took part</h2><div class="mt"><${People} people=${agreement.participants} /></div></section>`}
    <${PassageList} passages=${passages} />
    <${Strip} path=${`/agreements/${id}`} />`;
}
