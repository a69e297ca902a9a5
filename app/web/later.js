// Pictures come after the words: their modules are fetched once the rest is drawn.
import { html, useEffect, useState } from "./vendor/preact-htm.js";
import { Problem, Wait } from "./parts.js";

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

const MODULES = { person: () => import("./person.js"), city: () => import("./city.js"), record: () => import("./record.js") };
const fetched = {};
const fetchModule = (name) => MODULES[name]().then((module) => (fetched[name] = module));

/** A view whose module is fetched once the first view is drawn, or when it is asked for. */
export function laterView(module, name) {
  return function View(properties) {
    const [state, set] = useState({ error: null, tries: 0 });
    useEffect(() => {
      if (fetched[module]) return;
      const isStep = history.state !== null;
      fetchModule(module).then(
        () => {
          set({ error: null, tries: 0 });
          // The heading that had the focus is another now.
          if (isStep) requestAnimationFrame(() => document.querySelector("main h1")?.focus({ preventScroll: true }));
        },
        (error) => set((before) => ({ ...before, error })),
      );
    }, [state.tries]);
    if (fetched[module]) return html`<${fetched[module][name]} ...${properties} />`;
    const again = () => set({ error: null, tries: state.tries + 1 });
    return html`<h1 tabindex="-1">One moment</h1><${Problem} answer=${{ error: state.error, again }} what="The page" />${!state.error && html`<${Wait} what="the page" />`}`;
  };
}
/** Have the modules at hand for the next step. */
export const fetchLater = () => setTimeout(() => Object.keys(MODULES).forEach((each) => fetchModule(each).catch(() => {})), 1500);

export const cities = () => import("./map.js").then((module) => module.Cities);
export const abroad = () => import("./abroad.js").then((module) => module.Abroad);
export const route = () => import("./route.js").then((module) => module.Route);
export const network = () => import("./network.js").then((module) => module.Network);
