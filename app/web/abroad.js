// Who was abroad when: a lane for each of those who travelled most, a mark for each trip.
import { html, useEffect, useRef, useState } from "./vendor/preact-htm.js";
import { address, all } from "./api.js";
import { AsTable, Problem, to } from "./parts.js";
import { isPresident } from "./trips.js";
import { useAnswer, useWidth } from "./use.js";
import { count, dayNumber, isoDay, number } from "./words.js";

const MAX_LANES = 16;
const MAX_TRIPS = 2000;
const LANE = 12;

/** `officials` are the values of a facet, most trips first; `given` what else the trips must be. */
export function Abroad({ officials, given }) {
  const [ref, width] = useWidth(360);
  const [seen, setSeen] = useState(false);
  const here = useRef(null);
  const shown = officials.slice(0, MAX_LANES);
  const path = address("/trips", { ...given, official: shown.map((each) => each.value), fields: "start_date,end_date,status,travellers", sort: "date", limit: 200 });
  // Far down on a phone: its trips are asked for once it is about to be seen.
  useEffect(() => {
    const watch = new IntersectionObserver(([entry]) => entry.isIntersecting && setSeen(true), { rootMargin: "300px" });
    watch.observe(here.current);
    return () => watch.disconnect();
  }, []);
  const answer = useAnswer(seen ? path : "", () => (seen ? all(path, MAX_TRIPS) : new Promise(() => {})));
  const lanes = answer.value ? lanesOf(shown, answer.value) : shown.map((each) => ({ official: each, trips: [] }));
  const days = lanes.flatMap((lane) => lane.trips.flatMap((trip) => [dayNumber(trip.start_date), dayNumber(trip.end_date)]));
  const [first, last] = days.length ? [Math.min(...days), Math.max(...days) + 1] : [0, 1];
  const x = (day) => (width * (day - first)) / (last - first);
  const years = days.length ? ticks(isoDay(first), isoDay(last), width) : [];
  const fewest = Math.min(...shown.map((each) => each.count));
  return html`<section class=${`part lanes-part ${answer.error ? "stale" : ""} ${answer.value ? "" : "unseen"}`} aria-labelledby="abroad" ref=${here}>
    <div class="head"><h2 id="abroad">Who was abroad when</h2><span class="note">${shown.length < officials.length ? `${number(fewest)} or more trips` : "trips"}</span></div>
    <p class="note">Each mark is a trip, as wide as it lasted.</p>
    <${Problem} answer=${answer} what="These trips" />
    <ul class="mt">
      ${lanes.map(({ official, trips, president }, i) => html`<li key=${official.value}>
        <a href=${to(`/participants/${official.value}`)}>${official.name}</a>
        <span ref=${i === 0 ? ref : undefined}><svg width=${width} height=${LANE + 6} role="img" aria-label=${trips.length ? `${count(trips.length, "trip")}, ${trips[0].start_date.slice(0, 4)} to ${trips.at(-1).end_date.slice(0, 4)}` : count(official.count, "trip")}>
          ${years.map(({ day }) => html`<line x1=${x(day)} x2=${x(day)} y1="0" y2=${LANE + 6} />`)}
          <path class=${`bar ${president ? "pres" : ""}`} d=${trips.map((trip) => `M${x(dayNumber(trip.start_date)).toFixed(1)} 3h${Math.max(1.5, x(dayNumber(trip.end_date) + 1) - x(dayNumber(trip.start_date))).toFixed(1)}v${LANE}H${x(dayNumber(trip.start_date)).toFixed(1)}z`).join("")} />
        </svg></span><span class="num">${number(official.count)}</span></li>`)}
      <li aria-hidden="true"><span></span><svg width=${width} height="16">${years.map(({ day, text, anchor }) => html`<text class="soft" x=${x(day)} y="12" text-anchor=${anchor}>${text}</text>`)}</svg><span></span></li>
    </ul>
    <${AsTable} caption="Who was abroad when" columns=${["Who", "First trip", "Last trip", "Trips"]} rows=${lanes.map(({ official, trips }) => [official.name, trips[0]?.start_date ?? "", trips.at(-1)?.start_date ?? "", official.count])} />
  </section>`;
}

/** The trips of each, who went first on top; what was cancelled is not drawn. */
function lanesOf(officials, trips) {
  const lanes = new Map(officials.map((official) => [official.value, { official, trips: [], president: false }]));
  for (const trip of trips) {
    if (trip.status === "cancelled") continue;
    for (const traveller of trip.travellers) {
      const lane = lanes.get(traveller.id);
      if (!lane) continue;
      lane.trips.push(trip);
      lane.president ||= isPresident({ travellers: [traveller] });
    }
  }
  return [...lanes.values()].sort((a, b) => ((a.trips[0]?.start_date ?? "9") < (b.trips[0]?.start_date ?? "9") ? -1 : 1));
}

/** Years, or months of one, so far apart that their names have room. */
function ticks(first, last, width) {
  const [y0, y1] = [Number(first.slice(0, 4)), Number(last.slice(0, 4))];
  const room = Math.max(2, Math.floor(width / 52));
  const step = [1, 2, 5, 10, 20, 50].find((each) => (y1 - y0) / each <= room) ?? 100;
  const found = [];
  for (let year = Math.ceil(y0 / step) * step; year <= y1; year += step) {
    const day = dayNumber(`${String(year).padStart(4, "0")}-01-01`);
    if (day >= dayNumber(first)) found.push({ day, text: String(year) });
  }
  return found.map((each, i) => ({ ...each, anchor: i === found.length - 1 && dayNumber(last) - each.day < (dayNumber(last) - dayNumber(first)) * 0.06 ? "end" : "start" }));
}
