// Hooks that several views share.
import { useEffect, useLayoutEffect, useRef, useState } from "./vendor/preact-htm.js";

/**
 * Return { value, error, waiting, again } of a promise that is made when `key` changes. The last
 * good value stays while the next is on its way, and `waiting` is true after 200 ms only.
 */
export function useAnswer(key, ask) {
  const [state, set] = useState({ value: null, error: null, waiting: false, key: null });
  const [attempt, again] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let gone = false;
    const timer = setTimeout(() => !gone && set((s) => ({ ...s, waiting: true })), 200);
    ask(abort.signal).then(
      (value) => !gone && (clearTimeout(timer), set({ value, error: null, waiting: false, key })),
      (error) => {
        if (gone) return;
        clearTimeout(timer);
        // What is not there, or is elsewhere now, the server says with the way on.
        if ((error.status === 404 || error.status === 410) && !history.state?.again) {
          history.replaceState({ ...history.state, again: true }, "");
          location.reload();
        } else set((s) => ({ ...s, error, waiting: false, key }));
      },
    );
    return () => {
      gone = true;
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, attempt]);
  return { ...state, again: () => again(attempt + 1) };
}

/** Return a ref and the width of its element in pixels. */
export function useWidth(first) {
  const ref = useRef(null);
  const [width, set] = useState(first);
  useLayoutEffect(() => {
    if (!ref.current) return undefined;
    const measure = () => ref.current && set(Math.round(ref.current.clientWidth) || first);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  return [ref, width];
}

/** Break a text into lines that are as wide as there is room; a word that is wider stands alone. */
export function wrapped(text, room, size = 12, bold = false) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && textWidth(longer, size, bold) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const canvas = document.createElement("canvas").getContext("2d");
const widths = new Map();
let family;
/** Return how wide a text is in the page's own font; each is measured once, which takes a while. */
export function textWidth(text, size = 12, bold = false) {
  const font = `${bold ? "bold " : ""}${size}px `;
  const known = widths.get(font + text);
  if (known !== undefined) return known;
  family ??= getComputedStyle(document.body).fontFamily;
  canvas.font = font + family;
  const { width } = canvas.measureText(text);
  widths.set(font + text, width);
  return width;
}
