// A trip's days by city. A grid of HTML and not a drawing, so that names wrap and can be read.
import { html } from "./vendor/preact-htm.js";
import { AsTable, to } from "./parts.js";
import { textWidth, useWidth } from "./use.js";
import { bounds, capital, count, dayNumber, days, isoDay, list, monthName, small, weekday, when, where } from "./words.js";

const MAX_DAYS = 14;
const MAX_WEEKS = 30;
/** Narrower columns, in pixels, hold no names: these stand beside the bar, over the next columns. */
const MIN_NAME = 88;
const BESIDE = 190;

/** What a meeting is called where the travellers are known: those whom they met. */
export function shortTitle(meeting, travellers) {
  const us = meeting.participants.filter((each) => travellers.has(each.id));
  const them = meeting.participants.filter((each) => !travellers.has(each.id));
  if (!us.length || !them.length || them.length > 2) return meeting.title;
  const names = list(them.map((each) => each.name));
  return us.length === travellers.size ? names : `${list(us.map((each) => each.name))} with ${names}`;
}

/** Place records in rows so that none covers another; return them with `row` and the columns. */
function packed(records, column, columns, wide) {
  const taken = [];
  return records.map((record) => {
    const first = Math.max(0, column(record.date ?? record.earliest_date));
    const last = Math.min(columns - 1, column(record.end_date ?? record.date ?? record.latest_date));
    const more = Math.max(0, wide - (last - first + 1));
    const [a, b] = last + more < columns ? [first, last + more] : [Math.max(0, first - more), last];
    let row = 0;
    while (taken[row]?.some(([x, y]) => x <= b && y >= a)) row += 1;
    (taken[row] ??= []).push([a, b]);
    return { record, first, last, from: a, to: b, beside: more > 0, row };
  });
}

/** What stands above the columns: days, with the month where it begins; if many, months alone. */
function headings(columns, dayOf, cell, named) {
  let free = 0;
  let before = "";
  return Array.from({ length: columns }, (_, i) => {
    const iso = dayOf(i);
    const begins = iso.slice(5, 7) !== before;
    before = iso.slice(5, 7);
    const name = monthName(Number(before)).slice(0, columns > 5 ? 3 : 9);
    if (columns <= MAX_DAYS) return { day: `${named ? `${weekday(iso)} ` : ""}${Number(iso.slice(8))}`, month: begins && name };
    if (!begins || i * cell < free || i * cell + textWidth(name, 12) > columns * cell) return { day: "", month: "" };
    free = i * cell + textWidth(name, 12) + 12;
    return { day: "", month: name };
  });
}

export function Timeline({ trip, meetings, quotes, agreements }) {
  const dated = meetings.filter((each) => each.earliest_date && each.latest_date);
  const ends = [trip.start_date, trip.end_date, ...dated.flatMap((m) => [m.date ?? m.earliest_date, m.date ?? m.latest_date])].sort();
  const [first, last] = [dayNumber(ends[0]), dayNumber(ends.at(-1))];
  const length = last - first + 1;
  const [ref, width] = useWidth(760);
  const step = length <= MAX_DAYS ? 1 : length <= MAX_WEEKS * 7 ? 7 : Math.ceil(length / MAX_WEEKS);
  const columns = Math.ceil(length / step);
  const column = (iso) => Math.floor((dayNumber(iso) - first) / step);
  const travellers = new Set(trip.travellers.map((each) => each.id));

  const rows = new Map();
  const row = (name) => {
    if (!rows.has(name)) rows.set(name, { name, city: null, records: [], stays: [] });
    return rows.get(name);
  };
  for (const stop of trip.stops) {
    const its = row(where(stop) || "Place not stated");
    its.stays.push(stop);
    its.city ??= stop.city;
  }
  for (const meeting of dated) {
    row(meeting.city?.name ?? (where(meeting) || "Place not stated")).records.push(meeting);
  }
  const known = dated.filter((each) => each.date).length;
  const open = meetings.length - known;
  const said = (meeting) => {
    const q = quotes.filter((each) => each.occasion?.meeting === meeting.id).length;
    const a = agreements.filter((each) => each.meeting === meeting.id).length;
    return [q && count(q, "quote"), a && `${a} agreed`].filter(Boolean).join(", ");
  };
  const cell = (width - (innerWidth > 760 ? 92 : 0)) / columns;
  const wide = cell < MIN_NAME ? Math.min(columns, Math.ceil(BESIDE / cell)) : 1;
  const heads = headings(columns, (i) => isoDay(first + i * step), cell, step === 1 && length < 8);
  // Without a day of any meeting or stop, there is nothing that a grid of days could show.
  const isEmpty = !dated.length && !trip.stops.some((stop) => stop.arrival_date);
  const sentence = !meetings.length
    ? `No meetings are recorded: the source gives the route only${isEmpty ? ", and no day of arrival" : ""}.`
    : open === 0
      ? `The source gives the day of ${meetings.length === 1 ? "the meeting" : `all ${meetings.length} meetings`}.`
      : `${known === 0 ? "No meeting has" : capital(`${small(known)} ${known === 1 ? "meeting has" : "meetings have"}`)} a day. The source gives ${small(open)} no day: ${open === 1 ? "its bar is open and spans" : "their bars are open and span"} the days possible.`;
  return html`<section class="part" aria-labelledby="days">
    <h2 id="days">Day by day</h2>
    <p class="note">${sentence}</p>
    <div class="days" hidden=${isEmpty} ref=${ref} style=${{ "--n": columns }}>
      <div class="row heads" aria-hidden="true">
        <b></b>
        <div class=${`cells ${columns > MAX_DAYS ? "many" : ""}`} style=${{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
          ${heads.map(({ day, month }) => html`<span><b>${day}</b>${month && ` ${month}`}</span>`)}
        </div>
      </div>
      ${[...rows.values()].map(({ name, city, records, stays }) => {
        const shownStays = stays.filter((each) => each.arrival_date);
        const items = packed([...records.filter((m) => m.date), ...records.filter((m) => !m.date)], column, columns, wide);
        return html`<div class="row">
          <b>${city ? html`<a class="town" href=${to(`/cities/${city.id}`)}>${name}</a>` : name}</b>
          <div class="cells" style=${{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
            ${shownStays.map(
              (stay) => html`<span
                class="stay" role="img"
                aria-label=${`In ${name} ${days(stay.arrival_date, stay.departure_date ?? stay.arrival_date)}`}
                style=${{ gridColumn: `${column(stay.arrival_date) + 1} / ${Math.min(columns, column(stay.departure_date ?? stay.arrival_date) + 1) + 1}`, gridRow: 1 }}
              ></span>`,
            )}
            ${!shownStays.length && !items.length && html`<span class="note dayless" style=${{ gridColumn: "1 / -1" }}>Day not stated</span>`}
            ${items.map(({ record, first: a, last: b, from, to, beside, row: r }) => {
              const kind = record.date ? (record.end_date && record.end_date !== record.date ? "span" : "known") : "open";
              const more = kind === "open" ? `one day of the ${small(dayNumber(record.latest_date) - dayNumber(record.earliest_date) + 1)}` : [step > 1 && when(record, false), said(record)].filter(Boolean).join(", ");
              return html`<a
                href=${`#${record.id}`} class=${`${kind} ${record.status === "cancelled" ? "off" : ""} ${beside ? `beside ${from < a ? "left" : ""}` : ""}`}
                style=${{ gridColumn: `${from + 1} / ${to + 2}`, gridRow: r + 1 + (shownStays.length ? 1 : 0) }}
              >
                ${beside && html`<i style=${{ flexBasis: `${(100 * (b - a + 1)) / (to - from + 1)}%` }}></i>`}<span>${kind === "known" ? html`<b>${shortTitle(record, travellers)}</b>` : shortTitle(record, travellers)}${record.status !== "held" && ` (${record.status})`}${record.format === "virtual" && " (online)"}${beside && more && html`<small>${more}</small>`}</span>
                ${!beside && more && html`<small>${more}</small>`}
              </a>`;
            })}
          </div>
        </div>`;
      })}
    </div>
    ${meetings.length > 0 && html`<${AsTable}
      caption="Meetings by city and day"
      columns=${["Day", "Where", "Meeting"]}
      rows=${meetings.map((m) => [m.date ? when(m) : m.earliest_date ? `between ${bounds(m)}` : "not stated", where(m) || "not stated", m.title])}
    />`}
  </section>`;
}
