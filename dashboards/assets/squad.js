// The squad page: search, filters and order. What is chosen stands behind the # of the address, so that it can be kept and sent.
"use strict";

(() => {
  const list = document.querySelector(".squad");
  if (!list) return;
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const LINKS = list.dataset.links.split(",");
  const CHANGES = list.dataset.changes.split(",");
  const WRITE_AFTER_MS = 300; // browsers allow few changes of the address a second

  const search = document.getElementById("search");
  const reversed = document.getElementById("reversed");
  const reset = document.getElementById("reset");
  const more = document.getElementById("more"); // telephones only: the choices unfold below it
  const chips = { flag: [...document.querySelectorAll("[data-filter]")], change: [...document.querySelectorAll("[data-change-filter]")] };
  // A squad of one has no choice of squads.
  const choices = ["squad", "reason", "sort"].map((name) => document.getElementById(name)).filter(Boolean);

  // "Zoë" is found by "zoe".
  const folded = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
  const numbered = (text) => (text === "" ? null : Number(text));

  const runners = [...list.children].map((row, place) => {
    const { flag, change, squad, reasons, week, run, set, links } = row.dataset;
    const days = links.split(",").map(numbered);
    return {
      row, flag, change, squad, reasons: reasons.split(" "), text: folded(row.textContent),
      // What each order compares; null, the unknown, comes last whichever way round.
      keys: {
        "": place,
        name: folded(row.querySelector("h2 bdi").textContent),
        squad: folded(squad) || null,
        change: CHANGES.includes(change) ? CHANGES.indexOf(change) : null,
        week: numbered(week), run: numbered(run), set: numbered(set),
        ...Object.fromEntries(LINKS.map((link, index) => [link, days[index]])),
      },
    };
  });
  const MOST_FIRST = ["week", "run", "set", ...LINKS];
  let order = [...runners];

  const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
  const press = (button, isDown) => button.setAttribute("aria-pressed", isDown);
  const nameOf = (chip) => chip.dataset.filter ?? chip.dataset.changeFilter;
  const chosen = (name) => document.getElementById(name)?.value ?? "";

  function filter() {
    const flags = chips.flag.filter(isPressed).map(nameOf);
    const changes = chips.change.filter(isPressed).map(nameOf);
    const squad = chosen("squad");
    const reason = chosen("reason");
    const words = folded(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const runner of runners) {
      const fits = (!flags.length || flags.includes(runner.flag))
        && (!changes.length || changes.includes(runner.change))
        && (!squad || runner.squad === squad)
        && (!reason || runner.reasons.includes(reason))
        && words.every((word) => runner.text.includes(word));
      if (runner.row.hidden === fits) runner.row.hidden = !fits;
      shown += fits;
    }
    return shown;
  }

  function sort() {
    const by = chosen("sort");
    const sign = MOST_FIRST.includes(by) === isPressed(reversed) ? 1 : -1;
    const sorted = [...runners].sort((one, other) => {
      const [a, b] = [one.keys[by], other.keys[by]];
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * (typeof a === "string" ? a.localeCompare(b) : a - b);
    });
    if (sorted.every((runner, place) => runner === order[place])) return;
    order = sorted;
    list.append(...sorted.map((runner) => runner.row));
  }

  // flag=red,amber&squad=track&reason=SOL_STALE&q=zoe&sort=name&reversed=1; empty where nothing is chosen.
  function state() {
    const said = new URLSearchParams();
    for (const [name, group] of Object.entries(chips)) {
      const down = group.filter(isPressed).map(nameOf);
      if (down.length) said.set(name, down.join(","));
    }
    for (const choice of choices) if (choice.value) said.set(choice.id, choice.value);
    if (search.value.trim()) said.set("q", search.value.trim());
    if (isPressed(reversed)) said.set("reversed", "1");
    return said.toString().replaceAll("%2C", ",");
  }

  // What an address asks for; what it asks for in vain (a squad that is no more, a word of nobody's) is left out.
  function restore(text) {
    const asked = new URLSearchParams(text);
    for (const [name, group] of Object.entries(chips)) {
      const names = (asked.get(name) ?? "").split(",");
      for (const chip of group) press(chip, !chip.disabled && names.includes(nameOf(chip)));
    }
    for (const choice of choices) {
      const value = asked.get(choice.id) ?? "";
      choice.value = [...choice.options].some((option) => option.value === value) ? value : "";
    }
    search.value = (asked.get("q") ?? "").slice(0, search.maxLength);
    press(reversed, asked.get("reversed") === "1");
    if (isPressed(reversed) || choices.some((choice) => choice.value)) more.setAttribute("aria-expanded", true);
  }

  function runnersShown(shown) {
    const number = new Intl.NumberFormat(texts.locale);
    const form = texts.runnersShown[new Intl.PluralRules(texts.locale).select(runners.length)] ?? texts.runnersShown.other;
    return form.replace("{shown}", number.format(shown)).replace("{}", number.format(runners.length));
  }

  let waiting = 0;
  function apply() {
    sort();
    const shown = filter();
    const now = state();
    document.getElementById("shown").textContent = runnersShown(shown);
    document.getElementById("none").hidden = shown > 0;
    reset.hidden = now === "";
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const address = location.href.split("#")[0] + (now && `#${now}`);
      if (now !== (location.hash.includes("=") ? location.hash.slice(1) : "")) history.replaceState(null, "", address);
    }, WRITE_AFTER_MS);
  }

  for (const button of [...chips.flag, ...chips.change, reversed]) {
    button.addEventListener("click", () => {
      press(button, !isPressed(button));
      apply();
    });
  }
  more.addEventListener("click", () => more.setAttribute("aria-expanded", more.getAttribute("aria-expanded") !== "true"));
  for (const choice of choices) choice.addEventListener("change", apply);
  search.addEventListener("input", apply);
  reset.addEventListener("click", () => {
    restore("");
    apply();
    search.focus();
  });
  // An address without "=" (the link that skips to the content) says nothing about the list: the view goes back into it.
  addEventListener("hashchange", () => {
    if (location.hash.includes("=")) restore(location.hash.slice(1));
    apply();
  });
  restore(location.hash.slice(1));
  apply();
})();
