// Every page: the theme switch and the hour of publishing; the last nights and the search where a page has them.
"use strict";

const root = document.documentElement;
let texts = null; // what the page says to us, once it is there
const wantsDark = matchMedia("(prefers-color-scheme: dark)");

// Some browsers refuse storage to pages opened from a disk: the switch then lasts for one page.
function remembered() {
  try { return localStorage.getItem("tendonwatch-theme"); } catch (refusal) { return refusal.name === "SecurityError" ? null : Promise.reject(refusal); }
}

function remember(theme) {
  try { localStorage.setItem("tendonwatch-theme", theme); } catch (refusal) { if (refusal.name !== "SecurityError") throw refusal; }
}

// What the squad page shows, in this window: links back to it keep the filter, and pages of runners know who comes next.
const SHOWN = "tendonwatch-shown";

function rememberView(view, pages) {
  try { sessionStorage.setItem(SHOWN, JSON.stringify({ view, pages })); } catch (refusal) { if (refusal.name !== "SecurityError") throw refusal; }
}

function rememberedView() {
  try { return JSON.parse(sessionStorage.getItem(SHOWN)); } catch (refusal) { return refusal.name === "SecurityError" ? null : Promise.reject(refusal); }
}

function keepFilter() {
  const view = rememberedView()?.view;
  if (!view || document.querySelector(".squad")) return;
  for (const link of document.querySelectorAll("a[href$='index.html']")) link.hash = view;
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

// A message about a number, in the form that the number takes.
function counted(forms, count) {
  const form = forms[new Intl.PluralRules(texts.locale).select(count)] ?? forms.other;
  return form.replace("{}", new Intl.NumberFormat(texts.locale).format(count));
}

function inWords(time) {
  const format = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" };
  return new Intl.DateTimeFormat(texts.locale, format).format(new Date(time)).replace(",", "") + " UTC";
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
  warning.textContent = counted(texts.pagesAreOld, days);
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
    const state = texts.nightStates[night.state] ?? night.state;
    const cells = [inWords(night.started_at), state, night.as_of_date, took, night.files_seen, night.files_parsed, night.message ?? ""];
    cells.forEach((value, index) => {
      const cell = row.insertCell();
      cell.textContent = value ?? "–";
      cell.dataset.label = labels[index];
      if (index >= 3 && index <= 5) cell.className = "n";
      if (index === 1 && night.state !== "published") cell.className = "failed";
    });
  }
  document.getElementById("no-nights").hidden = true;
  section.querySelector(".scroll").hidden = false;
}

// The data dictionary: only the columns that hold every word, and the tables that have such a column or are called so.
function offerFinding() {
  const find = document.getElementById("find");
  if (!find) return;
  const tables = [...document.querySelectorAll(".dictionary")].map((section) => ({
    section,
    name: section.id.toLowerCase(),
    columns: [...section.querySelectorAll("tbody tr")].map((row) => ({ row, text: row.textContent.toLowerCase() })),
  }));
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { section, name, columns } of tables) {
      for (const { row, text } of columns) row.hidden = !words.every((word) => text.includes(word) || name.includes(word));
      const shown = columns.filter(({ row }) => !row.hidden).length;
      section.hidden = shown === 0;
      found += shown;
    }
    document.getElementById("found").textContent = words.length ? counted(texts.columnsFound, found) : "";
  });
}

// What a list of runners is filtered by goes with the link to one of them, so that the way back and the next runner keep it.
function handOnFilter() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='athletes/']");
    if (link && location.hash.includes("=")) link.hash = location.hash;
  }, true);
}

// A link to a section that is folded under its heading, or into it, unfolds it.
function unfoldTarget() {
  const id = location.hash.slice(1); // ours are plain letters: nothing to decode
  const target = id && !id.includes("=") ? document.getElementById(id) : null;
  const fold = target?.querySelector(":scope > .fold") ?? target?.closest(".fold");
  if (!fold) return;
  fold.open = true;
  target.scrollIntoView();
}

document.addEventListener("DOMContentLoaded", () => {
  handOnFilter();
  unfoldTarget();
  addEventListener("hashchange", unfoldTarget);
  texts = JSON.parse(document.getElementById("texts").textContent);
  offerTheme();
  keepFilter();
  showPublished(window.tendonwatchPublished);
  showNights(window.tendonwatchPublished);
  offerFinding();
});
