// Where they went: circles whose area is the number of trips, on the world and close up.
import { html, useEffect, useMemo, useState } from "./vendor/preact-htm.js";
import { geoEqualEarth, geoMercator, geoPath } from "./vendor/geo.js";
import { outlines, Room } from "./land.js";
import { AsTable } from "./parts.js";
import { textWidth, useWidth } from "./use.js";
import { count, number } from "./words.js";

const MAX_LABELS = 26;
const MAX_RADIUS = 17;

export function Cities({ cities, chosen, onToggle, unlocated, total, one = "trip", heading = "Where they went" }) {
  const [ref, width] = useWidth(584);
  const placed = useMemo(() => cities.filter((each) => each.latitude != null).sort((a, b) => b.count - a.count), [cities]);
  const most = Math.max(1, ...placed.map((each) => each.count));
  const largest = Math.min(MAX_RADIUS, 4 + Math.sqrt(most) * 3);
  const radius = (n) => Math.max(2, largest * Math.sqrt(n / most));
  const near = useMemo(() => densest(placed), [placed]);
  const small = placed.length > 0 && spread(placed) < 70;
  return html`<section aria-labelledby="where">
    <div class="head"><h2 id="where">${heading}</h2><span class="note">${count(cities.length, "city", "cities")}</span></div>
    <div ref=${ref} class="mt">
      ${!placed.length ? html`<p class="note">No position is known of these cities.</p>` : html`
        ${!small && html`<${Map1} width=${width} height=${Math.round(width * 0.5)} scale="110m" make=${world} around=${null} cities=${placed} ...${{ radius, chosen, onToggle, one }} labels=${Math.round(width / 60)} legend=${[most, radius]} />`}
        ${(small || near) && html`<div class=${small ? "" : "mt"}><${Map1} width=${width} height=${Math.round(width * 0.52)} boxed scale="50m" make=${close(small ? placed : near)} around=${small ? placed : near} cities=${placed} ...${{ radius, chosen, onToggle, one }} labels=${MAX_LABELS} legend=${small && placed.length > 1 ? [most, radius] : null} /></div>`}`}
    </div>
    <p class="note mt">Area of a circle: ${one}s that stopped there${!small && near ? ", on the same scale in both maps" : ""}.${onToggle ? " Select a circle to choose its city." : ""}${unlocated ? ` ${count(unlocated, "city has", "cities have")} no position and ${unlocated === 1 ? "is" : "are"} in the table only.` : ""}</p>
    <${AsTable} caption="Cities" columns=${["City", `${one}s`]} rows=${cities.slice().sort((a, b) => b.count - a.count).map((each) => [each.name, each.count])} />
    ${total === 0 && null}
  </section>`;
}

const world = (width, height) => geoEqualEarth().fitExtent([[2, 2], [width - 2, height - 2]], { type: "MultiPoint", coordinates: [[-170, 0], [178, 0], [0, 78], [0, -54]] });
const close = (cities) => (width, height) => {
  const xs = cities.map((c) => c.longitude);
  const ys = cities.map((c) => c.latitude);
  // Of one city alone it is to be seen in which part of the world it lies.
  const [wide, tall] = cities.length > 1 ? [4, 3] : [12, 8];
  const [dx, dy] = [Math.max(wide, (Math.max(...xs) - Math.min(...xs)) * 0.06), Math.max(tall, (Math.max(...ys) - Math.min(...ys)) * 0.06)];
  const corners = [[Math.min(...xs) - dx, Math.max(-75, Math.min(...ys) - dy)], [Math.max(...xs) + dx, Math.min(78, Math.max(...ys) + dy)]];
  return geoMercator().fitExtent([[6, 6], [width - 6, height - 6]], { type: "MultiPoint", coordinates: corners }).clipExtent([[-2, -2], [width + 2, height + 2]]);
};

const spread = (cities) => Math.max(...cities.map((c) => c.longitude)) - Math.min(...cities.map((c) => c.longitude));
/** The cities of the window of 62 by 34 degrees with the most trips, if it is worth a map. */
function densest(cities) {
  let best = [];
  let sum = 0;
  for (const centre of cities.slice(0, 60)) {
    const inside = cities.filter((c) => Math.abs(c.longitude - centre.longitude) < 31 && Math.abs(c.latitude - centre.latitude) < 17);
    const n = inside.reduce((all, c) => all + c.count, 0);
    if (n > sum) [best, sum] = [inside, n];
  }
  return best.length >= 6 ? best : null;
}

/** `around` are the cities that `make` makes the projection of; the world is the same for all. */
function Map1({ width, height, boxed, scale, make, around, cities, radius, chosen, onToggle, one, labels, legend }) {
  const [land, set] = useState(null);
  useEffect(() => {
    outlines(scale).then(set, () => set({ countries: [], borders: null }));
  }, [scale]);
  const projection = useMemo(() => make(width, height), [width, height, around]);
  const path = geoPath(projection);
  const ground = useMemo(() => land && { all: land.countries.map((each) => path(each)).filter(Boolean), borders: path(land.borders) }, [land, projection]);
  // Labels take the longest of all: they stay where only the choice changes.
  const [points, named] = useMemo(() => placedIn(cities, projection, { width, height, radius, labels, legend }), [cities, projection]);
  const [top, scaleOf] = legend ?? [];
  return html`<svg class=${`map ${boxed ? "boxed" : ""}`} width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${`Map of ${count(points.length, "city", "cities")}; most ${one}s to ${points.slice(0, 3).map((p) => `${p.city.name} (${p.city.count})`).join(", ")}.`}>
    ${ground?.all.map((d) => html`<path class="land" d=${d} />`)}
    ${ground?.borders && html`<path class="border" d=${ground.borders} />`}
    ${points.map(({ city, x, y, r }) => html`<circle class=${`circle ${chosen?.includes(city.value) ? "chosen" : ""}`} cx=${x} cy=${y} r=${r} onClick=${onToggle && (() => onToggle(city.value))}>${r > 2.5 && html`<title>${city.name}: ${count(city.count, one)}</title>`}</circle>`)}
    <g pointer-events="none">${named.map(({ name, x, y }) => html`<text class="halo" x=${x} y=${y}>${name}</text>`)}</g>
    ${legend && html`<g class="legend" transform=${`translate(4 ${height - 6})`}>${[...new Set([top, Math.max(1, Math.round(top / 5))])].map((n) => html`<circle cx="18" cy=${-scaleOf(n)} r=${scaleOf(n)} /><line x1="18" x2="40" y1=${-2 * scaleOf(n)} y2=${-2 * scaleOf(n)} /><text x="43" y=${-2 * scaleOf(n) + 4}>${number(n)} ${n === top ? (n === 1 ? one : `${one}s`) : ""}</text>`)}</g>`}
  </svg>`;
}

/** The circles that are to be seen, and those names of them that have room. */
function placedIn(cities, projection, { width, height, radius, labels, legend }) {
  const points = cities
    .map((city) => {
      const at = projection([city.longitude, city.latitude]);
      return at && { city, x: at[0], y: at[1], r: radius(city.count) };
    })
    .filter((p) => p && p.x > -p.r && p.x < width + p.r && p.y > -p.r && p.y < height + p.r);
  const room = new Room(width, height);
  if (legend) room.take(0, height - 62, 96, height);
  const named = [];
  for (const { city, x, y, r } of points) {
    if (named.length >= labels) break;
    const w = textWidth(city.name, 12);
    const spots = [[x + r + 3, y - 7], [x - r - 3 - w, y - 7], [x - w / 2, y - r - 16], [x - w / 2, y + r + 2]];
    for (const [left, top] of spots) {
      const clear = room.fits(left - 2, top, left + w + 2, top + 14) && !points.some((p) => p.r > 3.5 && left - 1 < p.x + p.r && left + w + 1 > p.x - p.r && top < p.y + p.r && top + 14 > p.y - p.r);
      if (clear) {
        room.take(left - 2, top, left + w + 2, top + 14);
        named.push({ name: city.name, x: left, y: top + 11 });
        break;
      }
    }
  }
  return [points, named];
}
