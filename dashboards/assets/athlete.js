// The athlete's page: the runner before and the one after, by link and by key, and the parts that are open.
"use strict";

(() => {
  const address = window.tendonwatchAddress;
  const parts = [...document.querySelectorAll("details[data-part]")];
  const crumb = document.querySelector("[data-squad]");
  const links = { before: document.querySelector("[data-before]"), after: document.querySelector("[data-after]") };
  const folded = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
  const pageName = decodeURIComponent(location.pathname.split("/").at(-1));

  // The runners that the squad page showed, in its order; everybody, if this one is not among them.
  function walked() {
    const all = window.tendonwatchRunners ?? [];
    const asked = address.filter();
    const list = (name) => (asked.get(name) ?? "").split(",").filter(Boolean);
    const words = folded(asked.get("q") ?? "").split(/\s+/).filter(Boolean);
    const shown = all.filter((runner) => (!list("flag").length || list("flag").includes(runner.flag))
      && (!list("change").length || list("change").includes(runner.change))
      && (!asked.get("squad") || runner.squad === asked.get("squad"))
      && (!asked.get("reason") || runner.reasons.includes(asked.get("reason")))
      && words.every((word) => folded(`${runner.name} ${runner.squad}`).includes(word)));
    if (asked.get("sort") === "name") shown.sort((one, other) => one.name.localeCompare(other.name));
    if (asked.get("reversed") === "1") shown.reverse();
    return shown.some((runner) => runner.page === pageName) ? shown : all;
  }

  function point(link, runner) {
    link.hidden = !runner;
    if (!runner) return;
    const said = address.all();
    link.href = encodeURIComponent(runner.page) + (said && `#${said}`);
    link.querySelector("bdi").textContent = runner.name;
  }

  function pointAll() {
    const runners = walked();
    const place = runners.findIndex((runner) => runner.page === pageName);
    point(links.before, place > 0 ? runners[place - 1] : null);
    point(links.after, place >= 0 ? runners[place + 1] : null);
    crumb.href = crumb.dataset.squad + (address.filterText() && `#${address.filterText()}`);
    const where = document.querySelector("[data-place]");
    where.hidden = place < 0 || runners.length < 2;
    where.textContent = where.dataset.place.replace("{place}", place + 1).replace("{count}", runners.length);
  }

  // Arrow keys also move the choice of a measure, the cursor of a field and what is inside a scroll box.
  const takesKeys = (element) => element.closest("input, select, textarea, [contenteditable], .scroll, .cards");
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || takesKeys(event.target)) return;
    const link = { ArrowLeft: links.before, k: links.before, ArrowRight: links.after, j: links.after }[event.key];
    if (link && !link.hidden) link.click();
  });

  const openParts = () => (address.get("open") ?? "").split(",").filter(Boolean);
  function restore() {
    for (const part of parts) part.open = openParts().includes(part.dataset.part);
  }
  for (const part of parts) {
    part.addEventListener("toggle", () => {
      if ("paper" in document.documentElement.dataset) return;
      address.set({ open: parts.filter((one) => one.open).map((one) => one.dataset.part).join(",") });
    });
  }
  // A link into a folded part opens it.
  addEventListener("hashchange", () => {
    if (location.hash.includes("=")) {
      address.reread();
      restore();
      document.dispatchEvent(new Event("addressread"));
    } else if (location.hash.length > 1) {
      const part = document.getElementById(location.hash.slice(1))?.closest("details[data-part]");
      if (part) part.open = true;
    }
    pointAll();
  });
  document.addEventListener("addresschange", pointAll);
  restore();
  pointAll();
})();
