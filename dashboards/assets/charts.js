// Draws the figures of an athlete page with Plotly, in the colours of the theme, and the tables behind them.
"use strict";

(() => {
  const source = document.getElementById("figures");
  const figures = source ? JSON.parse(source.textContent) : {};
  const places = [...document.querySelectorAll("[data-chart]")];
  const choosers = [...document.querySelectorAll("input[name=measure]")];
  const parts = [...document.querySelectorAll("details[data-part]")];
  const pictures = [...document.querySelectorAll("details[data-print]")]; // unfolded on paper
  const ranges = [...document.querySelectorAll("[data-range]")];
  const settings = { displayModeBar: false, responsive: true, showTips: false, doubleClick: false, locale: figures.locale ? "page" : "en" };
  if (figures.locale) Plotly.register(figures.locale);
  const root = document.documentElement;
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const dayMs = 86_400_000;
  const dateFormats = [
    { dtickrange: [null, "M1"], value: "%-d %b" },
    { dtickrange: ["M1", "M12"], value: "%b %Y" },
    { dtickrange: ["M12", null], value: "%Y" },
  ];
  // A finger scrolls the page; only a mouse drags a stretch of time out of a chart.
  const canDrag = !matchMedia("(any-pointer: coarse)").matches;
  // The stretch of time that all linked charts show; null is what each was written with.
  let view = null;
  // The range that a double click goes back to.
  let home = ranges.find((range) => range.getAttribute("aria-pressed") === "true");

  const address = window.tendonwatchAddress;

  function chosen() {
    return figures.measures[choosers.find((chooser) => chooser.checked)?.value];
  }

  function specification(name) {
    if (name === "calendar") return calendar(figures.calendar);
    if (figures[name]) return figures[name];
    const found = chosen()[name];
    return name === "load" && figures.health ? { ...found, figure: withHealth(found.figure, figures.health) } : found;
  }

  // Pain and injuries in a lane below the load, on the same days; the table behind the chart keeps to the load.
  function withHealth({ data, layout }, health) {
    const { shapes, yaxis, xaxis, ...lane } = health.layout;
    return {
      data: [...data, ...health.data],
      layout: { ...layout, ...lane, yaxis: { ...layout.yaxis, ...yaxis }, xaxis: { ...layout.xaxis, ...xaxis }, shapes: [...shapes, ...layout.shapes] },
    };
  }

  const isoDay = (moment) => new Date(moment).toISOString().slice(0, 10);

  // The last weeks of the chosen measure, Monday first: the day each begins on, and where its days stand in the list of all days.
  function weeks(least, most) {
    const { x0, y } = chosen().load.figure.data[0];
    const first = Date.parse(x0);
    const weekday = (new Date(first).getUTCDay() + 6) % 7;
    const held = Math.ceil((weekday + y.length) / 7);
    const count = Math.min(Math.max(held, least), most);
    return [...Array(count).keys()].map((week) => {
      const place = (held - count + week) * 7 - weekday;
      return { monday: first + place * dayMs, places: texts.weekdays.map((_, row) => place + row) };
    });
  }

  // Columns of weeks, Monday on top. Half a year at least, and no more on a telephone.
  function calendar(figure) {
    const { load, unit, calendar: summary } = chosen();
    const { y } = load.figure.data[0];
    const columns = weeks(26, innerWidth < 640 ? 26 : 53);
    const written = new Intl.DateTimeFormat(texts.locale, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    const [trace] = figure.data;
    return {
      summary,
      figure: {
        data: [{
          ...trace,
          x: columns.map(({ monday }) => isoDay(monday)),
          y: texts.weekdays.map((_, row) => row),
          z: texts.weekdays.map((_, row) => columns.map(({ places }) => y[places[row]] ?? null)),
          text: texts.weekdays.map((_, row) => columns.map(({ monday }) => written.format(monday + row * dayMs).replace(",", ""))),
          hovertemplate: `%{text}: %{z} ${unit}<extra></extra>`,
          colorbar: { ...trace.colorbar, title: { ...trace.colorbar.title, text: unit } },
        }, ...marks(figure, columns)],
        layout: { ...figure.layout, showlegend: Boolean(figure.marks.length) },
      },
    };
  }

  // Illness, holidays and races on the days of the calendar.
  function marks(figure, columns) {
    const first = isoDay(columns[0].monday);
    return figure.marks.map((mark) => {
      const shown = mark.x.map((day, index) => [day, mark.y[index]]).filter(([day]) => day >= first);
      return { ...mark, x: shown.map(([day]) => day), y: shown.map(([, weekday]) => weekday) };
    });
  }

  // The same weeks as rows, newest first: a day outside of the log stays empty, an unknown one says so.
  function calendarRows() {
    const days = written(chosen().load.figure.data[0]);
    return weeks(0, 53).reverse().map(({ monday, places }) => tableRow(isoDay(monday), places.map((place) => days[place] ?? "")));
  }

  const isNumber = (value) => value === null || typeof value === "number";

  // "var(--run)" becomes the colour that the theme gives it; Plotly itself knows no CSS variables.
  function coloured(value, style) {
    if (typeof value === "string") {
      const variable = /^var\((--[a-z-]+)\)$/.exec(value);
      return variable ? style.getPropertyValue(variable[1]).trim() : value;
    }
    // Long lists of numbers hold no colours.
    if (Array.isArray(value)) return isNumber(value[0]) && isNumber(value.at(-1)) ? value : value.map((one) => coloured(one, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one, style)]));
    }
    return value;
  }

  function draw(place) {
    const { figure, summary } = specification(place.dataset.chart);
    const { data, layout, template } = coloured({ ...figure, template: figures.look }, getComputedStyle(root));
    // A trace that names no days stands on those of the first.
    for (const trace of data) if (!trace.x && !trace.x0) trace.x = data[0].x;
    const plot = place.querySelector(".plot");
    const isLinked = "linked" in place.dataset;
    const isNarrow = plot.clientWidth < 480;
    if (isLinked) {
      if (view) layout.xaxis.range = [...view];
      layout.xaxis.nticks = Math.max(3, Math.floor(plot.clientWidth / 90));
      layout.xaxis.tickformatstops = dateFormats;
      layout.xaxis.fixedrange = !canDrag;
      layout.dragmode = canDrag ? "zoom" : false;
      // Words in stretches and over bars have room in a quarter, not in a year.
      const [from, to] = layout.xaxis.range.map((day) => Date.parse(`${String(day).slice(0, 10)}T00:00Z`));
      if ((to - from) / dayMs > 120) {
        for (const shape of layout.shapes ?? []) if (shape.type === "rect" && shape.label) shape.label.text = "";
        for (const trace of data) {
          delete trace.texttemplate;
          if (trace.mode === "markers" && !trace.meta) trace.marker.size = 5;
        }
      }
    } else if (isNarrow && layout.xaxis.dtick > dayMs) layout.xaxis.dtick *= 2;
    // 6 and 6 over two thin bars would read as 66: only nothing says 0.
    if (isNarrow) {
      for (const trace of data.filter((one) => one.texttemplate)) {
        delete trace.texttemplate;
        trace.text = trace.y.map((value) => (value === 0 ? "0" : ""));
      }
    }
    if ("paper" in root.dataset) {
      // Stated, for on paper nothing tells Plotly that the window has changed.
      Object.assign(layout, { width: plot.clientWidth, height: plot.clientHeight, margin: { ...layout.margin, t: 4, b: 20 } });
      for (const trace of data) if (trace.textfont) trace.textfont.size = 9;
      Object.assign(template.layout.font, { size: 9 });
      Object.assign(template.layout.yaxis.title.font, { size: 9 });
      for (const label of [...(layout.shapes ?? []).map((shape) => shape.label), ...(layout.annotations ?? [])]) if (label) label.font.size = 9;
    }
    Plotly.react(plot, data, { ...layout, template }, settings);
    if (isLinked && !("drawn" in place.dataset)) link(plot);
    if (summary) place.querySelector(".summary").textContent = summary;
    place.dataset.drawn = "";
    if (place.querySelector("details")?.open) tabulate(place);
  }

  // What is dragged out of one chart is shown by all; a double click goes back to the range that was chosen last.
  function link(plot) {
    plot.on("plotly_relayout", (change) => {
      if ("xaxis.range[0]" in change) show([change["xaxis.range[0]"], change["xaxis.range[1]"]], null);
    });
    plot.on("plotly_doubleclick", () => show(null, home));
  }

  function show(wanted, button) {
    home = button ?? home;
    view = button ? [button.dataset.from, button.dataset.to] : wanted;
    const [from, to] = button || !view ? [] : view.map((day) => String(day).slice(0, 10));
    address.set({ range: button && button.dataset.range !== "12w" ? button.dataset.range : null, from, to });
    for (const range of ranges) range.setAttribute("aria-pressed", String(range === button));
    for (const place of places) if ("linked" in place.dataset && "drawn" in place.dataset && isShown(place)) draw(place);
  }

  function shift(direction) {
    const [from, to] = (view ?? specification("load").figure.layout.xaxis.range).map((day) => Date.parse(`${day.slice(0, 10)}T12:00Z`));
    const moved = [from, to].map((moment) => new Date(moment + (direction * (to - from)) / 2).toISOString().slice(0, 16));
    show(moved, null);
  }

  function dates(trace) {
    if (trace.x) return trace.x;
    const start = Date.parse(trace.x0);
    return trace.y.map((_, index) => new Date(start + index * trace.dx).toISOString().slice(0, 10));
  }

  function cell(kind, text, isNumber) {
    const made = document.createElement(kind);
    made.textContent = text;
    if (isNumber) made.className = "n";
    return made;
  }

  // As many decimals as the column's longest number, so that they stand under each other.
  function written(trace) {
    const decimals = Math.max(0, ...trace.y.map((value) => String(value ?? "").split(".")[1]?.length ?? 0));
    const format = new Intl.NumberFormat(texts.locale, { minimumFractionDigits: decimals });
    return trace.y.map((value, index) => (value === null ? trace.customdata?.[index] ?? "–" : format.format(value)));
  }

  function tableRow(name, texts) {
    const row = document.createElement("tr");
    const heading = cell("th", name);
    heading.scope = "row";
    row.append(heading, ...texts.map((text) => cell("td", text, true)));
    return row;
  }

  // Newest first; an empty place says why it is empty where that is known. A trace that is not drawn leaves its column empty.
  function rows(traces, extra, name) {
    if (!traces[0]) return [];
    const columns = traces.map((trace) => (trace ? written(trace) : []));
    const told = extra.map((trace) => new Set(trace.x));
    const days = dates(traces[0]);
    return days.map((day, index) => tableRow(name(day), [...columns.map((column) => column[index] ?? ""), ...told.map((found) => (found.has(day) ? texts.yes : ""))])).reverse();
  }

  // The numbers of the figure itself: days, then the weeks before them.
  function chartTable(name) {
    const { data } = (figures[name] ?? chosen()[name]).figure;
    const days = data.filter((trace) => !trace.meta);
    const extra = data.filter((trace) => trace.meta === "yes");
    const weeks = days.map(({ name: column }) => data.find((trace) => trace.meta === "week" && trace.name === column));
    return [
      [...days, ...extra].map((trace) => trace.name),
      [...rows(days, extra, (day) => day), ...rows(weeks, [], (day) => texts.weekOf.replace("{day}", day))],
    ];
  }

  function tabulate(place) {
    const name = place.dataset.chart;
    const [headings, body] = name === "calendar" ? [texts.weekdays, calendarRows()] : chartTable(name);
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    head.append(cell("th", place.dataset.day), ...headings.map((heading) => cell("th", heading, true)));
    for (const heading of head.cells) heading.scope = "col";
    table.createTBody().append(...body);
    place.querySelector(".scroll").replaceChildren(table);
  }

  // What the address asks for; what it asks for in vain (a measure that this runner has not, a date that is none) is left out.
  function restore() {
    const measure = choosers.find((chooser) => chooser.value === address.get("measure")) ?? choosers.find((chooser) => chooser.defaultChecked);
    if (measure) measure.checked = true;
    const range = ranges.find((button) => button.dataset.range === address.get("range") && !button.disabled);
    const [from, to] = ["from", "to"].map((name) => address.get(name));
    const isStretch = [from, to].every((day) => /^\d{4}-\d\d-\d\d$/.test(day ?? "") && !Number.isNaN(Date.parse(day))) && from < to;
    const first = ranges.find((button) => button.dataset.range === "12w");
    const button = range ?? (isStretch ? null : first);
    home = button ?? first;
    view = button ? (button === first ? null : [button.dataset.from, button.dataset.to]) : [from, to];
    for (const one of ranges) one.setAttribute("aria-pressed", String(one === button));
  }

  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  }, { rootMargin: "400px" });

  restore();
  for (const place of places) {
    near.observe(place);
    place.querySelector("details")?.addEventListener("toggle", (event) => event.target.open && tabulate(place));
  }
  // What lies in a folded part has no width to be drawn at.
  const isShown = (place) => place.querySelector(".plot").clientWidth > 0;
  const redraw = () => places.filter((place) => "drawn" in place.dataset && isShown(place)).forEach(draw);
  for (const part of parts) part.addEventListener("toggle", () => part.open && redraw());
  for (const chooser of choosers) {
    chooser.addEventListener("change", () => {
      address.set({ measure: chooser.defaultChecked ? null : chooser.value });
      redraw();
    });
  }
  for (const range of ranges) range.addEventListener("click", () => show(null, range));
  for (const button of document.querySelectorAll("[data-shift]")) button.addEventListener("click", () => shift(Number(button.dataset.shift)));
  document.addEventListener("themechange", redraw);
  document.addEventListener("addressread", () => {
    restore();
    redraw();
  });

  // On paper: light, the days unfolded, every chart that is on it drawn, as wide as the sheet.
  let theme;
  let open;
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    open = parts.map((part) => part.open);
    root.dataset.theme = "light";
    root.dataset.paper = "";
    for (const part of parts) part.open = part.dataset.part === "days";
    for (const card of pictures) card.open = true;
    for (const place of places.filter(isShown)) {
      near.unobserve(place);
      draw(place);
    }
  });
  addEventListener("afterprint", () => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    parts.forEach((part, index) => { part.open = open[index]; });
    for (const card of pictures) card.open = false;
    delete root.dataset.paper;
    redraw();
  });
})();
