// Every page: the theme switch, the hour of publishing, and the filters of the squad page.
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
}

// "Zoë" is found by "zoe".
function folded(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

function offerFilters() {
  const search = document.getElementById("search");
  if (!search) return;
  const chips = [...document.querySelectorAll("[data-filter]")];
  const rows = [...document.querySelectorAll(".row")].map((row) => ({ row, flag: row.dataset.flag, text: folded(row.textContent) }));

  function apply() {
    const flags = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.filter);
    const words = folded(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, flag, text } of rows) {
      const fits = (!flags.length || flags.includes(flag)) && words.every((word) => text.includes(word));
      row.hidden = !fits;
      shown += fits;
    }
    document.getElementById("shown").textContent = `${shown} of ${rows.length} runners shown`;
    document.getElementById("none").hidden = shown > 0;
  }

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") !== "true");
      apply();
    });
  }
  search.addEventListener("input", apply);
  document.getElementById("reset").addEventListener("click", () => {
    search.value = "";
    for (const chip of chips) chip.setAttribute("aria-pressed", "false");
    apply();
    search.focus();
  });
  // A browser that comes back to the page keeps what was typed.
  apply();
}

document.addEventListener("DOMContentLoaded", () => {
  offerTheme();
  showPublished(window.tendonwatchPublished);
  offerFilters();
});
