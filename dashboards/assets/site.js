// Every page: the theme switch, and the hour of publishing.
"use strict";

const root = document.documentElement;
const wantsDark = matchMedia("(prefers-color-scheme: dark)");

// Some browsers refuse storage to pages opened from a disk: the switch then lasts for one page.
function remembered() {
  try { return localStorage.getItem("tendonwatch-theme"); } catch (refusal) { return refusal.name === "SecurityError" ? null : Promise.reject(refusal); }
}

function remember(theme) {
  try { localStorage.setItem("tendonwatch-theme", theme); } catch (refusal) { if (refusal.name !== "SecurityError") throw refusal; }
}

function announceTheme() {
  document.dispatchEvent(new Event("themechange"));
}

// Before the first paint, so that nothing flashes.
const chosenTheme = remembered();
if (chosenTheme === "light" || chosenTheme === "dark") root.dataset.theme = chosenTheme;
wantsDark.addEventListener("change", announceTheme);

function offerTheme() {
  document.getElementById("theme").addEventListener("click", () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : wantsDark.matches;
    root.dataset.theme = isDark ? "light" : "dark";
    remember(root.dataset.theme);
    announceTheme();
  });
}

function showPublished(published) {
  if (!published) return;
  const format = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" };
  const words = new Intl.DateTimeFormat("en-GB", format).format(new Date(published.at)).replace(",", "") + " UTC";
  for (const place of document.querySelectorAll("[data-published]")) {
    const time = place.querySelector("time");
    time.dateTime = published.at;
    time.textContent = words;
    place.hidden = false;
  }
  const days = Math.floor((Date.now() - Date.parse(published.at)) / 86_400_000);
  if (days < 2) return;
  const warning = document.getElementById("old");
  warning.textContent = `These pages are ${days} days old: no night has been published since.`;
  warning.hidden = false;
}

document.addEventListener("DOMContentLoaded", () => {
  offerTheme();
  showPublished(window.tendonwatchPublished);
});
