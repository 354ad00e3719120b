// The squad page: search, filters, order, the table view, and the line for notes.csv. What is chosen stands behind the # of the
// address, so that it can be kept and sent; pages of runners find the way back to it.
"use strict";

(() => {
  const list = document.querySelector(".squad");
  if (!list) return;
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const of = (id) => document.getElementById(id);
  const KEYS = list.dataset.keys.split(",");
  const LINKS = list.dataset.links.split(",");
  const CHANGES = list.dataset.changes.split(",");
  const WRITE_AFTER_MS = 300; // browsers allow few changes of the address a second
  const MOST_FIRST = [...KEYS, ...LINKS];
  const tableBody = document.querySelector(".squad-table tbody");
  const number = new Intl.NumberFormat(texts.locale);

  const search = of("search");
  const reversed = of("reversed");
  const more = of("more");
  const since = of("since");
  const chips = { flag: [...document.querySelectorAll("[data-filter]")], change: [...document.querySelectorAll("[data-change-filter]")] };
  const views = [...document.querySelectorAll("[data-view]")];
  const heads = [...document.querySelectorAll("[data-sort]")];
  // A squad of one has no choice of squads.
  const choices = ["squad", "reason", "sort", "since"].map(of).filter(Boolean);
  const FIRST = { since: "yesterday" }; // what an address need not say

  // "Zoë" is found by "zoe".
  const folded = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
  const numbered = (text) => (text === "" ? null : Number(text));

  const runners = [...list.children].map((row, place) => {
    const { page, flag, change, squad, reasons, find, name, keys, links } = row.dataset;
    const values = keys.split(",").map(numbered);
    const days = links.split(",").map(numbered);
    return {
      row, cells: tableBody.children[place], page, flag, change, yesterday: change, squad, reasons: reasons.split(" "), text: folded(find),
      // What each order compares; null, the unknown, comes last whichever way round.
      keys: {
        "": place,
        name: folded(name),
        squad: folded(squad) || null,
        flag: place,
        ...Object.fromEntries(KEYS.map((key, index) => [key, values[index]])),
        ...Object.fromEntries(LINKS.map((link, index) => [link, days[index]])),
      },
    };
  });
  let order = [...runners];

  const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
  const press = (button, isDown) => button.setAttribute("aria-pressed", isDown);
  const nameOf = (chip) => chip.dataset.filter ?? chip.dataset.changeFilter;
  const chosen = (name) => of(name)?.value ?? "";
  const pressed = (group) => group.filter(isPressed).map(nameOf);

  // Which earlier night the flags are compared with: published.js lists those that are kept.
  const nights = window.tendonwatchPublished?.kept ?? [];
  const LOOKED = `tendonwatch-look-${list.dataset.squad ?? ""}`;

  function lastLook() {
    const asOf = list.dataset.asOf;
    try {
      const looks = JSON.parse(localStorage.getItem(LOOKED) ?? "[]").filter((day) => typeof day === "string" && day < asOf);
      localStorage.setItem(LOOKED, JSON.stringify([...looks.slice(-1), asOf]));
      return looks.at(-1);
    } catch (refusal) {
      if (refusal.name !== "SecurityError" && !(refusal instanceof SyntaxError)) throw refusal;
      return undefined;
    }
  }

  function offerNights() {
    const dayBefore = (day, back) => new Date(Date.parse(day) - back * 86_400_000);
    const iso = (date) => date.toISOString().slice(0, 10);
    const asOf = list.dataset.asOf;
    let back = 1;
    while ([0, 6].includes(dayBefore(asOf, back).getUTCDay())) back += 1;
    const days = { working: iso(dayBefore(asOf, back)), look: lastLook() };
    if (back === 1) days.working = undefined;
    const weekday = new Intl.DateTimeFormat(texts.locale, { weekday: "long", day: "numeric", month: "short", timeZone: "UTC" });
    for (const [name, day] of Object.entries(days)) {
      if (!day || !nights.some((night) => night.asOf === day)) continue;
      const said = name === "look" ? texts.sinceLook : texts.sinceWorkingDay;
      since.add(new Option(said.replace("{day}", weekday.format(new Date(day))), name));
      since.options[since.options.length - 1].dataset.day = day;
    }
    if ([...since.options].some((option) => option.value === "look")) FIRST.since = "look";
    since.value = FIRST.since;
  }

  function compare() {
    const day = since.selectedOptions[0]?.dataset.day;
    const changed = day ? nights.find((night) => night.asOf === day).changed : null;
    for (const runner of runners) runner.change = changed ? changed[runner.page] ?? "" : runner.yesterday;
    for (const runner of runners) runner.keys.change = CHANGES.includes(runner.change) ? CHANGES.indexOf(runner.change) : null;
  }

  // Whether a runner passes every filter; `but` names one that is not asked.
  function fits(runner, but) {
    const asked = fits.asked;
    return (but === "flag" || !asked.flags.length || asked.flags.includes(runner.flag))
      && (but === "change" || !asked.changes.length || asked.changes.includes(runner.change))
      && (!asked.squad || runner.squad === asked.squad)
      && (but === "reason" || !asked.reason || runner.reasons.includes(asked.reason))
      && asked.words.every((word) => runner.text.includes(word));
  }

  function filter() {
    fits.asked = {
      flags: pressed(chips.flag), changes: pressed(chips.change), squad: chosen("squad"), reason: chosen("reason"),
      words: folded(search.value).split(/\s+/).filter(Boolean),
    };
    let shown = 0;
    for (const runner of runners) {
      const isShown = fits(runner);
      if (runner.row.hidden === isShown) runner.row.hidden = runner.cells.hidden = !isShown;
      shown += isShown;
    }
    return shown;
  }

  // What each chip and each reason would show, under the other filters.
  function count() {
    for (const chip of chips.flag) {
      const found = runners.filter((runner) => runner.flag === nameOf(chip) && fits(runner, "flag")).length;
      chip.querySelector("b").textContent = number.format(found);
      chip.disabled = !found && !isPressed(chip);
    }
    let changed = 0;
    for (const chip of chips.change) {
      const found = runners.filter((runner) => runner.change === nameOf(chip) && fits(runner, "change")).length;
      chip.querySelector("b").textContent = number.format(found);
      chip.hidden = !found && !isPressed(chip);
      changed += found;
    }
    of("unchanged").hidden = changed > 0;
    for (const option of of("reason")?.querySelectorAll("option[data-name]") ?? []) {
      const found = runners.filter((runner) => runner.reasons.includes(option.value) && fits(runner, "reason")).length;
      option.textContent = `${option.dataset.name} (${number.format(found)})`;
    }
  }

  function sort() {
    const by = chosen("sort");
    const sign = MOST_FIRST.includes(by) === isPressed(reversed) ? 1 : -1;
    const sorted = [...runners].sort((one, other) => {
      const [a, b] = [one.keys[by], other.keys[by]];
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * (typeof a === "string" ? a.localeCompare(b) : a - b);
    });
    list.classList.toggle("worst-first", by === "" && !isPressed(reversed));
    for (const head of heads) {
      const isBy = head.dataset.sort === by || (by === "" && head.dataset.sort === "flag");
      const isFalling = MOST_FIRST.includes(head.dataset.sort) !== isPressed(reversed);
      if (isBy) head.parentElement.setAttribute("aria-sort", isFalling ? "descending" : "ascending");
      else head.parentElement.removeAttribute("aria-sort");
    }
    if (sorted.every((runner, place) => runner === order[place])) return;
    order = sorted;
    list.append(...sorted.map((runner) => runner.row));
    tableBody.append(...sorted.map((runner) => runner.cells));
  }

  const isTable = () => isPressed(views[1]);

  // flag=red,amber&squad=track&reason=SOL_STALE&q=ann&sort=name&reversed=1&view=table; empty where nothing is chosen.
  function state() {
    const said = new URLSearchParams();
    for (const [name, group] of Object.entries(chips)) {
      const down = pressed(group);
      if (down.length) said.set(name, down.join(","));
    }
    for (const choice of choices) if (choice.value !== (FIRST[choice.id] ?? "")) said.set(choice.id, choice.value);
    if (search.value.trim()) said.set("q", search.value.trim());
    if (isPressed(reversed)) said.set("reversed", "1");
    if (isTable()) said.set("view", "table");
    return said.toString().replaceAll("%2C", ",");
  }

  // What an address asks for; what it asks for in vain (a squad that is no more, a word of nobody's) is left out.
  function restore(text) {
    const asked = new URLSearchParams(text);
    for (const [name, group] of Object.entries(chips)) {
      const names = (asked.get(name) ?? "").split(",");
      for (const chip of group) press(chip, names.includes(nameOf(chip)) && runners.some((runner) => names.includes(runner[name])));
    }
    for (const choice of choices) {
      const value = asked.get(choice.id) ?? "";
      choice.value = [...choice.options].some((option) => option.value === value) ? value : FIRST[choice.id] ?? "";
    }
    compare();
    search.value = (asked.get("q") ?? "").slice(0, search.maxLength);
    press(reversed, asked.get("reversed") === "1");
    const isTableAsked = asked.get("view") === "table";
    views.forEach((view) => press(view, (view.dataset.view === "table") === isTableAsked));
    if (isPressed(reversed) || chosen("reason") || chosen("sort")) unfold(true);
  }

  function unfold(isOpen) {
    more.setAttribute("aria-expanded", isOpen);
    of("choices").hidden = !isOpen;
  }

  // The title, on the screen and on paper, is that of what is shown.
  function entitle(shown) {
    const whose = of("whose");
    whose.textContent = list.dataset.squad ?? (chosen("squad") || whose.dataset.all);
    document.title = `${whose.textContent} · Tendonwatch`;
    const only = [...pressed(chips.flag).map((flag) => chips.flag.find((chip) => nameOf(chip) === flag).querySelector("span").textContent),
      ...pressed(chips.change).map((change) => chips.change.find((chip) => nameOf(chip) === change).lastChild.textContent.trim()),
      of("reason")?.selectedOptions[0]?.dataset.name, search.value.trim() && `“${search.value.trim()}”`].filter(Boolean);
    const form = texts.runnersShown[new Intl.PluralRules(texts.locale).select(runners.length)] ?? texts.runnersShown.other;
    const words = form.replace("{shown}", number.format(shown)).replace("{}", number.format(runners.length));
    of("shown").textContent = only.length ? `${words}: ${only.join(", ")}` : words;
    for (const trend of document.querySelectorAll("[data-trend]")) trend.hidden = trend.dataset.trend !== chosen("squad");
  }

  let waiting = 0;
  function apply() {
    sort();
    const shown = filter();
    count();
    entitle(shown);
    const now = state();
    of("none").hidden = shown > 0;
    of("board").hidden = isTable();
    of("table").hidden = !isTable();
    of("shown-line").hidden = now === "" || now === "view=table";
    rememberView(now, order.filter((runner) => !runner.row.hidden).map((runner) => runner.page));
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const address = location.href.split("#")[0] + (now && `#${now}`);
      if (now !== (location.hash.includes("=") ? location.hash.slice(1) : "")) history.replaceState(null, "", address);
    }, WRITE_AFTER_MS);
  }

  // A cell that a spreadsheet would take for a formula is text.
  const cell = (value) => {
    const text = /^[=+@\t\r]|^-(?!\d)/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  function saveCsv() {
    const head = [...document.querySelectorAll(".squad-table thead th")].map((column) => column.dataset.csv);
    const rows = order.filter((runner) => !runner.cells.hidden)
      .map((runner) => [...runner.cells.children].map((one) => one.dataset.csv));
    const text = [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
    link.download = `squad-${list.dataset.asOf}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // The one note field moves into the row that is open.
  const noteField = of("note-field");
  const noteText = of("note-text");
  let noted = null;

  function writeNote() {
    const quoted = noteText.value.trim().replace(/\s+/g, " ").replaceAll('"', '""');
    const today = new Date();
    const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
    const kind = noteText.value.trim() ? "note" : "called";
    of("note-line").textContent = `${day},${cell(noted)},${kind},,${quoted && `"${quoted}"`}`;
    of("note-copied").textContent = "";
  }

  list.addEventListener("toggle", (event) => {
    const row = event.target.closest(".row");
    if (!event.target.open) return;
    noted = row.dataset.id;
    noteText.value = "";
    row.querySelector(".note-place").append(noteField);
    noteField.hidden = false;
    writeNote();
  }, true);
  noteText.addEventListener("input", writeNote);
  of("note-copy").addEventListener("click", async () => {
    const line = of("note-line");
    getSelection().selectAllChildren(line);
    try {
      await navigator.clipboard.writeText(line.textContent);
      of("note-copied").textContent = texts.copied;
    } catch (refusal) {
      if (refusal.name !== "NotAllowedError") throw refusal;
      of("note-copied").textContent = texts.selected;
    }
  });

  for (const button of [...chips.flag, ...chips.change, reversed]) {
    button.addEventListener("click", () => {
      press(button, !isPressed(button));
      apply();
    });
  }
  for (const view of views) {
    view.addEventListener("click", () => {
      views.forEach((one) => press(one, one === view));
      apply();
    });
  }
  for (const head of heads) {
    head.addEventListener("click", () => {
      const by = head.dataset.sort === "flag" ? "" : head.dataset.sort;
      press(reversed, chosen("sort") === by && !isPressed(reversed));
      of("sort").value = by;
      apply();
    });
  }
  of("csv").addEventListener("click", saveCsv);
  more.addEventListener("click", () => unfold(of("choices").hidden));
  for (const choice of choices) {
    choice.addEventListener("change", () => {
      if (choice === since) compare();
      apply();
    });
  }
  search.addEventListener("input", apply);
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(input|select|textarea)$/i.test(event.target.tagName)) return;
    event.preventDefault();
    search.focus();
  });
  of("reset").addEventListener("click", () => {
    restore(isTable() ? "view=table" : "");
    apply();
    search.focus();
  });
  // An address without "=" (the link that skips to the content) says nothing about the list: the view goes back into it.
  addEventListener("hashchange", () => {
    if (location.hash.includes("=")) restore(location.hash.slice(1));
    apply();
  });
  offerNights();
  restore(location.hash.slice(1));
  apply();
})();
