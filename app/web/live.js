// What a screen reader is told once requests have settled, and the title of the window.
let timer;
export function say(text) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const region = document.getElementById("live");
    if (region.textContent !== text) region.textContent = text;
  }, 400);
}
export function entitle(title) {
  document.title = title ? `${title} · Readout` : "Readout: official trips and what came of them";
}
