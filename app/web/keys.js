// Keys: none works while one types, and all can be switched off.
import { html, useEffect, useRef, useState } from "./vendor/preact-htm.js";

const stored = () => {
  try {
    return localStorage.getItem("readout-keys") !== "off";
  } catch {
    return true;
  }
};

export function Keys() {
  const [on, set] = useState(stored);
  const now = useRef(on); // For a key that is pressed before the next effect.
  now.current = on;
  const dialog = useRef(null);
  useEffect(() => {
    const pressed = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      // Nobody types into a box.
      if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
      if (event.key === "?") dialog.current.open ? dialog.current.close() : dialog.current.showModal();
      else if (!now.current || dialog.current.open) return;
      else if (event.key === "/") document.getElementById("q")?.focus();
      else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
      else if (event.key === "e") document.querySelector("main .ev[aria-expanded]")?.focus();
      else if (event.key === "Enter" && event.target === document.body) document.querySelector(".current a[data-open]")?.click();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  const toggle = () => {
    set(!on);
    try {
      localStorage.setItem("readout-keys", on ? "off" : "on");
    } catch {
      // Where storage is forbidden the choice lasts as long as the page.
    }
  };
  return html`<dialog ref=${dialog} aria-labelledby="keys">
    <h2 id="keys">Keys</h2>
    <table><tbody>
      ${[["/", "Search"], ["j, k", "Next and previous record; Enter opens"], ["e", "First evidence"], ["Esc", "Close what is open"], ["?", "This list"]].map(([key, what]) => html`<tr><td><kbd>${key}</kbd></td><td>${what}</td></tr>`)}
    </tbody></table>
    <p class="mt"><label><input type="checkbox" checked=${on} onChange=${toggle} /> Single keys are on</label></p>
    <form method="dialog" class="mt"><button class="btn">Close</button></form>
  </dialog>`;
}

function step(by) {
  const records = [...document.querySelectorAll("[data-record]")];
  if (!records.length) return;
  const now = records.findIndex((each) => each.classList.contains("current"));
  records[now]?.classList.remove("current");
  const next = records[Math.max(0, Math.min(records.length - 1, now + by))];
  next.classList.add("current");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a[data-open]")?.focus({ preventScroll: true });
}
