// The explorer: which view an address is, how views follow each other, and the keys.
import { html, render, useEffect, useLayoutEffect, useRef, useState } from "./vendor/preact-htm.js";
import { ROOT } from "./api.js";
import { go, onStep } from "./go.js";
import { Header } from "./header.js";
import { Keys } from "./keys.js";
import { Landing } from "./landing.js";
import { fetchLater, laterView } from "./later.js";
import { Search } from "./search.js";
import { Trip } from "./trip.js";

const VIEWS = {
  trips: Trip, participants: laterView("person", "Person"), cities: laterView("city", "City"),
  meetings: laterView("record", "SingleMeeting"), agreements: laterView("record", "Agreement"), quotes: laterView("record", "SingleQuote"),
};
for (const collection of ["organizations", "topics", "sources"]) VIEWS[collection] = laterView("record", "Reference");

/** Return the view of an address, or null where the explorer has none. */
function viewOf(url) {
  if (url.origin !== location.origin || !url.pathname.startsWith(`${ROOT}/`)) return null;
  const parts = url.pathname.slice(ROOT.length + 1).split("/");
  if (parts.length === 1 && parts[0] === "") return { View: Landing, name: "landing" };
  if (parts.length === 1 && parts[0] === "search") return { View: Search, name: "search" };
  if (parts.length === 2 && VIEWS[parts[0]] && parts[1] && !parts[1].includes(".")) {
    const id = decodeURIComponent(parts[1]);
    return { View: VIEWS[parts[0]], name: `${parts[0]}/${id}`, id, collection: parts[0] };
  }
  return null;
}

function App() {
  const [, set] = useState(0);
  const [stale, setStale] = useState(false);
  useEffect(() => {
    const update = () => set((n) => n + 1);
    const end = onStep(update);
    const outdated = () => setStale(true);
    addEventListener("stale", outdated);
    const click = (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target || link.dataset.api !== undefined) return;
      const url = new URL(link.href);
      if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
      if (!viewOf(url)) return;
      event.preventDefault();
      go(url.href);
    };
    addEventListener("click", click);
    fetchLater();
    return () => {
      end();
      removeEventListener("click", click);
    };
  }, []);
  const url = new URL(location.href);
  const { View, name, id, collection } = viewOf(url) ?? { View: Landing, name: "landing" };
  const before = useRef(null);
  useLayoutEffect(() => {
    const first = before.current === null;
    if (before.current === name) return undefined;
    before.current = name;
    if (first) return anchored();
    returned(history.state?.scroll ?? 0);
    // A view that is still on its way has its heading, which stays when the rest comes.
    requestAnimationFrame(() => document.querySelector("main h1")?.focus({ preventScroll: true }));
    return undefined;
  });
  return html`
    ${stale && html`<p class="problem wrap" role="status">New data. <button class="btn" onClick=${() => location.reload()}>Reload</button></p>`}
    <${View} key=${name} id=${id} collection=${collection} parameters=${url.searchParams} />
  `;
}

/** Scroll to where a view was left, which may take until it is as long again. */
function returned(top) {
  const until = performance.now() + 2000;
  let stopped = false;
  const stop = () => (stopped = true);
  addEventListener("wheel", stop, { once: true, passive: true });
  addEventListener("touchstart", stop, { once: true, passive: true });
  const look = () => {
    if (stopped) return;
    scrollTo(0, top);
    if (Math.abs(scrollY - top) > 1 && performance.now() < until) requestAnimationFrame(look);
  };
  look();
}

/** Scroll to the part that the address names, once it is there. */
function anchored() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (!id) return;
  let tries = 0;
  const look = () => {
    const element = document.getElementById(id);
    if (element) element.scrollIntoView();
    else if ((tries += 1) < 50) setTimeout(look, 100);
  };
  look();
}

/** Put the view in the place of what the server wrote, once it has what it needs. */
function take(main) {
  history.scrollRestoration = "manual";
  const drawn = document.createElement("div");
  render(html`<${App} />`, drawn);
  const ready = () => {
    if (!drawn.isConnected) main.replaceChildren(drawn);
  };
  const watch = new MutationObserver(() => {
    if (!drawn.querySelector(".wait")) {
      watch.disconnect();
      ready();
    }
  });
  watch.observe(drawn, { childList: true, subtree: true });
  setTimeout(ready, 4000);
}

const main = document.getElementById("main");
// Where there is no answer, the server has said all there is to say.
const isFinal = main.querySelector("[data-final]") !== null;
if (!isFinal) take(main);
render(html`<${Header} go=${isFinal ? (href) => location.assign(href) : go} />`, document.getElementById("top"));
render(html`<${Keys} />`, document.getElementById("layer"));
