// A meeting: its day and place, what was said and agreed there, and who took part.
import { html } from "./vendor/preact-htm.js";
import { Marks } from "./evidence.js";
import { Badge, formatOf, kindOf, People, to } from "./parts.js";
import { bounds, capital, days, list, quoted, spoken, when, where } from "./words.js";

/** Where a record was; of the place and the city, each is marked that the source does not state. */
export function Where({ record }) {
  const city = record.city?.name ?? record.country?.name;
  const isInferred = (field) => record.inferred.includes(field);
  const parts = [
    record.place && [record.place, isInferred("place")],
    city && [city, isInferred(record.city ? "city" : "country")],
  ].filter(Boolean);
  if (!parts.length) return "Place not stated";
  return parts.map(([name, concluded], i) => html`${i > 0 && ", "}${concluded ? html`<span class="inferred">${name}</span><span class="so">, inferred</span>` : name}`);
}

/** Fields that are inferred, as they are called within a sentence. */
const fieldsOf = (inferred) => list(inferred.map((field) => (field === "date" ? "day" : spoken(field))));

export function Quote({ quote, passages, dated = false }) {
  const said = quote.occasion;
  const about = [
    dated && when(quote),
    dated && where(quote),
    said?.when && `${said.when} the ${said.meeting ? "meeting" : "trip"}`,
    said?.audience && `to ${said.audience}`,
    quote.language && `in the original (${quote.language})`,
  ].filter(Boolean);
  const concluded = quote.inferred.filter((field) => field !== "city" || dated);
  return html`<blockquote id=${quote.id} cite=${quote.evidence[0]?.url}>
    <p lang=${quote.language}>${quoted(quote.text)}</p>
    ${quote.translation && html`<p lang=${quote.translation.language}>${quoted(quote.translation.text)} <span class="note">(translation${quote.translation.by ? ` by ${quote.translation.by}` : ""})</span></p>`}
    <footer>
      <a href=${to(`/quotes/${quote.id}`)}>${quote.speaker?.name ?? quote.attribution ?? "Speaker not stated"}</a>${about.length > 0 && `, ${about.join(", ")}`}${concluded.length > 0 && html`, <span class="inferred">${fieldsOf(concluded)} inferred</span>`}
      ${" "}<${Marks} evidence=${quote.evidence} passages=${passages} about="this quote" />
      ${quote.note && html`<p class="note">${quote.note}</p>`}
    </footer>
  </blockquote>`;
}

/** Who is bound by an agreement, which its title often does not say. */
export const partiesOf = (agreement) => `${agreement.parties.length === 1 ? "Party" : "Parties"}: ${list(agreement.parties.map((each) => each.name))}`;

export function Deals({ agreements, passages }) {
  if (!agreements.length) return null;
  return html`<ul class="deals" aria-label="Agreed">
    ${agreements.map(
      (each) => html`<li id=${each.id}>
        <span class="kind">${capital(spoken(each.kind))}${each.target_year ? ` to ${each.target_year}` : ""}</span>
        <span><a href=${to(`/agreements/${each.id}`)}>${each.title}</a>${" "}<${Marks} evidence=${each.evidence} passages=${passages} about=${each.title} />
          ${each.parties.length > 0 && html`<span class="by">${partiesOf(each)}</span>`}
          ${each.inferred.length > 0 && html` <span class="note">(<span class="inferred">${fieldsOf(each.inferred)} inferred</span>)</span>`}
          ${each.note && html`<p class="note">${each.note}</p>`}</span>
      </li>`,
    )}
  </ul>`;
}

/** The day of a meeting in a list; where it is not stated, the days possible and the trip they are of. */
export function Day({ meeting }) {
  const trips = meeting.date ? [] : meeting.trips;
  return html`<span class="meta"><span>${capital(when(meeting))}${trips.map((id, i) => html`${i ? " and" : ", on"} <a href=${to(`/trips/${id}`)}>${i ? "another" : "this trip"}</a>`)}</span></span>`;
}

/** A meeting among others, or `alone` on its own page, whose heading is its title already. */
export function Meeting({ meeting, quotes, agreements, passages, alone = false }) {
  const year = alone;
  const online = formatOf(meeting);
  return html`<article class="meeting" id=${meeting.id} data-record>
    <div class="when">
      ${meeting.date
        ? html`<b>${meeting.inferred.includes("date") ? html`<span class="inferred">${days(meeting.date, meeting.end_date ?? meeting.date, year)}</span>, inferred` : days(meeting.date, meeting.end_date ?? meeting.date, year)}</b>`
        : html`<b>Day not stated</b>${meeting.earliest_date && html`<div>between ${bounds(meeting, year)}</div>`}`}
      ${meeting.start_time && html`<div>${meeting.start_time}${meeting.end_time && `–${meeting.end_time}`}</div>`}
      <div><${Where} record=${meeting} /></div>
      ${online && html`<span class="badge">${online}</span>`}
    </div>
    <div class="body">
      ${!alone && html`<h3 class="title"><a class=${meeting.status === "cancelled" ? "off" : ""} href=${to(`/meetings/${meeting.id}`)} data-open>${meeting.title}</a>${" "}
        <${Marks} evidence=${meeting.evidence} passages=${passages} about=${meeting.title} /></h3><${Badge} status=${meeting.status} />`}
      ${kindOf(meeting) && html` <span class="badge">${kindOf(meeting)}</span>`}
      ${meeting.summary && !alone && html`<p>${meeting.summary}</p>`}
      ${meeting.note && html`<p class="note">Note: ${meeting.note}</p>`}
      ${quotes.map((quote) => html`<${Quote} quote=${quote} passages=${passages} />`)}
      <${Deals} agreements=${agreements} passages=${passages} />
    </div>
    <${People} people=${meeting.participants} />
  </article>`;
}
