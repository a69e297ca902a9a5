// Pictures come after the words: their modules are fetched once the rest is drawn.
import { html, useEffect, useState } from "./vendor/preact-htm.js";

/** What `load` gives, a promise of a component; until then, room of `height` pixels for it. */
export function Later({ load, height, ...properties }) {
  const [Picture, set] = useState(null);
  useEffect(() => {
    let gone = false;
    load().then((picture) => !gone && set(() => picture));
    return () => (gone = true);
  }, []);
  return Picture ? html`<${Picture} ...${properties} />` : html`<div class="later" style=${{ minHeight: `${height}px` }}></div>`;
}

export const cities = () => import("./map.js").then((module) => module.Cities);
export const abroad = () => import("./abroad.js").then((module) => module.Abroad);
export const route = () => import("./route.js").then((module) => module.Route);
export const network = () => import("./network.js").then((module) => module.Network);
