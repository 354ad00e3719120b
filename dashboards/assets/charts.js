// Draws the figures of an athlete page with Plotly, in the colours of the theme, and the tables behind them.
"use strict";

(() => {
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const places = [...document.querySelectorAll("[data-chart]")];
  const choosers = [...document.querySelectorAll("input[name=measure]")];
  const settings = { displayModeBar: false, responsive: true, showTips: false };

  function specification(name) {
    if (figures[name]) return figures[name];
    const chosen = choosers.find((chooser) => chooser.checked);
    return figures.measures[chosen.value][name];
  }

  // "var(--run)" becomes the colour that the theme gives it; Plotly itself knows no CSS variables.
  function coloured(value, style) {
    if (typeof value === "string") {
      const variable = /^var\((--[a-z-]+)\)$/.exec(value);
      return variable ? style.getPropertyValue(variable[1]).trim() : value;
    }
    if (Array.isArray(value)) return value.map((one) => coloured(one, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one, style)]));
    }
    return value;
  }

  function draw(place) {
    const { figure, summary } = specification(place.dataset.chart);
    const { data, layout } = coloured(figure, getComputedStyle(document.documentElement));
    const plot = place.querySelector(".plot");
    // On a telephone every second date has room, and 6 and 6 over two thin bars would read as 66: only nothing says 0.
    if (plot.clientWidth < 480) {
      layout.xaxis.dtick *= 2;
      for (const trace of data) trace.text = trace.text?.map((label) => (label === "0" ? label : ""));
    }
    Plotly.react(plot, data, layout, settings);
    place.querySelector(".summary").textContent = summary;
    place.dataset.drawn = "";
    if (place.querySelector("details").open) tabulate(place);
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
    const format = new Intl.NumberFormat("en-GB", { minimumFractionDigits: decimals });
    return trace.y.map((value, index) => (value === null ? trace.customdata?.[index] ?? "–" : format.format(value)));
  }

  // The numbers of the figure itself, newest first; an empty place says why it is empty where that is known.
  function tabulate(place) {
    const { data } = specification(place.dataset.chart).figure;
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    head.append(cell("th", place.dataset.day), ...data.map((trace) => cell("th", trace.name, true)));
    for (const heading of head.cells) heading.scope = "col";
    const body = table.createTBody();
    const columns = data.map(written);
    dates(data[0]).map((day, index) => [day, index]).reverse().forEach(([day, index]) => {
      const row = body.insertRow();
      const heading = cell("th", day);
      heading.scope = "row";
      row.append(heading, ...columns.map((column) => cell("td", column[index], true)));
    });
    place.querySelector(".scroll").replaceChildren(table);
  }

  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  }, { rootMargin: "400px" });

  for (const place of places) {
    near.observe(place);
    place.querySelector("details").addEventListener("toggle", (event) => event.target.open && tabulate(place));
  }
  const redraw = () => places.filter((place) => "drawn" in place.dataset).forEach(draw);
  for (const chooser of choosers) chooser.addEventListener("change", redraw);
  document.addEventListener("themechange", redraw);
})();
