// Before anything is drawn: the theme that the reader has chosen, if any.
try {
  const theme = localStorage.getItem("readout-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's theme is shown.
}
