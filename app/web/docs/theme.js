// Before anything is drawn: the theme that the reader chose in the explorer, else the system's.
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    return localStorage.getItem("readout-theme");
  } catch {
    return null; // Storage may be forbidden.
  }
}

function show() {
  const theme = chosen() ?? (system.matches ? "dark" : "light");
  document.documentElement.classList.toggle("dark-mode", theme === "dark");
}

system.addEventListener("change", show);
show();
