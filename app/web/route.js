// Where a trip went: numbered stops in their order, and the way between them.
import { html, useEffect, useMemo, useState } from "./vendor/preact-htm.js";
import { geoMercator, geoEqualEarth, geoPath } from "./vendor/geo.js";
import { outlines, Room } from "./land.js";
import { AsTable } from "./parts.js";
import { textWidth, useWidth } from "./use.js";
import { count, days, where } from "./words.js";

export function Route({ trip, meetings }) {
  const [ref, width] = useWidth(360);
  const height = Math.round(Math.min(320, width * 0.82));
  const [land, set] = useState(null);
  const stops = trip.stops.filter((stop) => stop.city?.latitude != null && stop.status !== "cancelled");
  const lost = trip.stops.filter((stop) => stop.city?.latitude == null);
  useEffect(() => {
    if (stops.length) outlines("50m").then(set, () => set({ countries: [], borders: null }));
  }, [trip.id]);

  const drawn = useMemo(() => {
    if (!stops.length) return null;
    const at = stops.map((stop) => [stop.city.longitude, stop.city.latitude]);
    // Across the date line the map is turned, so that the way does not cross the whole of it.
    const turn = middle(at.map(([longitude]) => longitude));
    const wide = span(at.map(([longitude]) => longitude), turn) > 150;
    const projection = (wide ? geoEqualEarth() : geoMercator()).rotate([-turn, 0]);
    const frame = { type: "MultiPoint", coordinates: padded(at, turn) };
    projection.fitExtent([[30, 30], [width - 30, height - 44]], frame).clipExtent([[-4, -4], [width + 4, height + 4]]);
    const points = at.map((position) => projection(position));
    return { projection, points };
  }, [trip.id, width, height]);

  if (!drawn) {
    return html`<section class="part" aria-labelledby="route"><h2 id="route">Route</h2>
      <p class="note">No stop of this trip has a position: ${trip.stops.map(where).filter(Boolean).join(" → ") || "none is named"}.</p></section>`;
  }
  const { projection, points } = drawn;
  const path = geoPath(projection);
  const room = new Room(width, height);
  const visits = new Map();
  stops.forEach((stop, i) => {
    const seen = visits.get(stop.city.id);
    if (seen) seen.numbers.push(i + 1);
    else visits.set(stop.city.id, { city: stop.city, point: points[i], pin: [...points[i]], numbers: [i + 1] });
  });
  const places = [...visits.values()];
  const moved = keepApart(places.map((place) => place.pin), width, height);
  const pins = stops.map((stop) => visits.get(stop.city.id).pin);
  for (const { pin: [x, y] } of places) room.take(x - 11, y - 11, x + 11, y + 11);
  for (const place of places) {
    const met = meetings.filter((m) => m.city?.id === place.city.id && m.status !== "cancelled").length;
    place.met = met ? count(met, "meeting") : "";
    const w = Math.max(textWidth(place.city.name, 12, true), textWidth(place.met, 12));
    const h = met ? 30 : 15;
    const [x, y] = place.pin;
    for (const [left, top] of [[x - w / 2, y + 13], [x + 14, y - h / 2], [x - 14 - w, y - h / 2], [x - w / 2, y - 13 - h]]) {
      if (room.fits(left, top, left + w, top + h)) {
        room.take(left - 2, top, left + w + 2, top + h);
        place.label = [left + w / 2, top + 11];
        break;
      }
    }
  }
  const names = land ? countryNames(land.countries, projection, path, room, width, height) : [];
  const sentence = stops.every((stop) => stop.arrival_date)
    ? "Order and days as in the source."
    : "Order as in the source; it does not give every day of arrival.";
  return html`<section class="part" aria-labelledby="route">
    <h2 id="route">Route</h2>
    <p class="note">${sentence}</p>
    <div ref=${ref} class="mt">
      <svg class="map boxed" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${`Map of the route: ${stops.map((s) => s.city.name).join(", then ")}.`}>
        <defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="var(--ink)" /></marker></defs>
        ${land?.countries.map((country) => html`<path class="land" d=${path(country)} />`)}
        ${land?.borders && html`<path class="border" d=${path(land.borders)} />`}
        ${names.map(({ name, x, y }) => html`<text class="place" x=${x} y=${y} text-anchor="middle">${name}</text>`)}
        ${pins.slice(1).map((b, i) => leg(pins[i], b))}
        ${places.map(
          ({ city, pin: [x, y], numbers, label, met }) => html`<g>
            <circle class="stop" cx=${x} cy=${y} r="10" />
            <text class="stopno" x=${x} y=${y + 4}>${numbers.length > 1 && numbers.join().length > 3 ? `${numbers[0]}+` : numbers.join()}</text>
            ${label && html`<text class="halo" x=${label[0]} y=${label[1]} text-anchor="middle" font-weight="700">${city.name}</text>
              ${met && html`<text class="halo" x=${label[0]} y=${label[1] + 15} text-anchor="middle">${met}</text>`}`}
          </g>`,
        )}
      </svg>
    </div>
    ${moved && html`<p class="note">Numbers that would lie on each other stand beside each other.</p>`}
    ${lost.length > 0 && html`<p class="note">${count(lost.length, "stop has", "stops have")} no position and ${lost.length === 1 ? "is" : "are"} not drawn: ${lost.map((s) => where(s) || "not stated").join(", ")}.</p>`}
    <${AsTable} caption="Stops in their order" columns=${["", "Stop", "Country", "Days"]}
      rows=${trip.stops.map((s, i) => [i + 1, where(s), s.city?.country?.name ?? s.country?.name ?? "", s.arrival_date ? days(s.arrival_date, s.departure_date ?? s.arrival_date) : "not stated"])} />
  </section>`;
}

/** Moves pins that would lie on each other until all numbers can be read; returns whether any did. */
function keepApart(pins, width, height) {
  const least = 21;
  for (let round = 0; round < 80; round += 1) {
    let moved = false;
    pins.forEach((one, i) => {
      for (const other of pins.slice(i + 1)) {
        const [dx, dy] = [other[0] - one[0], other[1] - one[1]];
        const distance = Math.hypot(dx, dy);
        if (distance >= least) continue;
        // At one place, there is no direction: sideways.
        const [ux, uy] = distance ? [dx / distance, dy / distance] : [1, 0];
        const by = (least - distance) / 2 + 0.1;
        for (const [pin, sign] of [[one, -1], [other, 1]]) {
          pin[0] = Math.min(width - 12, Math.max(12, pin[0] + sign * ux * by));
          pin[1] = Math.min(height - 12, Math.max(12, pin[1] + sign * uy * by));
        }
        moved = true;
      }
    });
    if (!moved) return round > 0;
  }
  return true;
}

function leg([x0, y0], [x1, y1]) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 24) return null;
  // The way ends at the circles, and bends upwards: names stand below.
  const bend = Math.min(60, length * 0.16) * (x1 < x0 ? -1 : 1);
  const [mx, my] = [(x0 + x1) / 2 + ((y1 - y0) / length) * bend, (y0 + y1) / 2 - ((x1 - x0) / length) * bend];
  const cut = (x, y, r) => {
    const d = Math.hypot(mx - x, my - y);
    return [x + ((mx - x) / d) * r, y + ((my - y) / d) * r];
  };
  const [a, b] = [cut(x0, y0, 11), cut(x1, y1, 14)];
  return html`<path class="leg" marker-end="url(#arrow)" d=${`M${a}Q${mx},${my} ${b}`} />`;
}

function middle(longitudes) {
  // The direction in which the stops lie, seen from the axis.
  const x = longitudes.reduce((sum, l) => sum + Math.cos((l * Math.PI) / 180), 0);
  const y = longitudes.reduce((sum, l) => sum + Math.sin((l * Math.PI) / 180), 0);
  return (Math.atan2(y, x) * 180) / Math.PI;
}
const apart = (longitude, turn) => ((longitude - turn + 540) % 360) - 180;
const span = (longitudes, turn) => {
  const all = longitudes.map((l) => apart(l, turn));
  return Math.max(...all) - Math.min(...all);
};
/** The stops with a margin, so that one city alone is seen in its country. */
function padded(at, turn) {
  const xs = at.map(([l]) => apart(l, turn));
  const ys = at.map(([, l]) => l);
  const dx = Math.max(5, (Math.max(...xs) - Math.min(...xs)) * 0.12);
  const dy = Math.max(3, (Math.max(...ys) - Math.min(...ys)) * 0.12);
  const limit = (y) => Math.max(-78, Math.min(78, y));
  return [
    [Math.min(...xs) - dx + turn, limit(Math.min(...ys) - dy)],
    [Math.max(...xs) + dx + turn, limit(Math.max(...ys) + dy)],
  ];
}

function countryNames(countries, projection, path, room, width, height) {
  const found = [];
  const seen = countries
    .map((country) => ({ country, box: path.bounds(country) }))
    .filter(({ box: [[x0, y0], [x1, y1]] }) => x1 - x0 > 40 && y1 - y0 > 24 && x0 < width && x1 > 0 && y0 < height && y1 > 0)
    .map((each) => ({ ...each, area: path.area(each.country) }))
    .sort((a, b) => b.area - a.area);
  for (const { country } of seen) {
    const name = country.properties.name;
    const w = textWidth(name.toUpperCase(), 11) * 1.09 + 6;
    const [x, y] = path.centroid(country);
    if (found.length < 7 && w < 150 && room.fits(x - w / 2, y - 12, x + w / 2, y + 6)) {
      room.take(x - w / 2, y - 12, x + w / 2, y + 6);
      found.push({ name, x, y });
    }
  }
  return found;
}
