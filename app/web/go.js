// Steps from view to view, without loading the page again.
const listeners = new Set();

/** Call `listener` after each step; return what ends that. */
export function onStep(listener) {
  listeners.add(listener);
  addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("popstate", listener);
  };
}

/** Go to an address: a step of the history, or in place of the present one. */
export function go(href, { replace = false } = {}) {
  const url = new URL(href, location.href);
  if (url.href === location.href) return;
  if (!replace) history.replaceState({ ...history.state, scroll: scrollY }, "");
  history[replace ? "replaceState" : "pushState"](replace ? history.state : {}, "", url);
  listeners.forEach((each) => each());
}
