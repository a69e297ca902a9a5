// The outlines of countries, from Natural Earth, fetched when a map is first drawn.
import { feature, mesh } from "./vendor/geo.js";

const fetched = {};

/** Return { countries, borders } at a scale, "110m" or "50m". */
export function outlines(scale) {
  fetched[scale] ??= fetch(new URL(`./vendor/countries-${scale}.json`, import.meta.url))
    .then((response) => response.json())
    .then((topology) => ({
      countries: feature(topology, topology.objects.countries).features,
      borders: mesh(topology, topology.objects.countries, (a, b) => a !== b),
    }));
  return fetched[scale];
}

/** Remembers which rectangles are taken, for labels that may not meet. */
export class Room {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.taken = [];
  }
  take(x0, y0, x1, y1) {
    this.taken.push([x0, y0, x1, y1]);
  }
  fits(x0, y0, x1, y1) {
    if (x0 < 2 || y0 < 2 || x1 > this.width - 2 || y1 > this.height - 2) return false;
    return !this.taken.some(([a, b, c, d]) => a < x1 && c > x0 && b < y1 && d > y0);
  }
}
