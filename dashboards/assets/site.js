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

function inWords(time) {
  const format = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" };
  return new Intl.DateTimeFormat("en-GB", format).format(new Date(time)).replace(",", "") + " UTC";
}

function showPublished(published) {
  if (!published) return;
  const words = inWords(published.at);
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

// The last nights of the data-quality page: they hold clocks, so they stand in the one file that may.
function showNights(published) {
  const section = document.getElementById("nights");
  if (!section || !published?.nights?.length) return;
  const labels = [...section.querySelectorAll("th")].map((heading) => heading.textContent);
  for (const night of published.nights) {
    const seconds = night.finished_at ? Math.round((Date.parse(night.finished_at) - Date.parse(night.started_at)) / 1000) : null;
    const took = seconds === null ? null : seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    const row = section.querySelector("tbody").insertRow();
    [inWords(night.started_at), night.state, night.as_of_date, took, night.files_seen, night.files_parsed, night.message].forEach((value, index) => {
      const cell = row.insertCell();
      cell.textContent = value ?? (labels[index] === "Message" ? "" : "–");
      cell.dataset.label = labels[index];
      if (index >= 3 && index <= 5) cell.className = "n";
      if (labels[index] === "State" && value !== "published") cell.className = "failed";
    });
  }
  document.getElementById("no-nights").hidden = true;
  section.querySelector(".scroll").hidden = false;
}

document.addEventListener("DOMContentLoaded", () => {
  offerTheme();
  showPublished(window.tendonwatchPublished);
  showNights(window.tendonwatchPublished);
});
