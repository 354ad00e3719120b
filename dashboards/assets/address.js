// What an athlete's page shows stands behind the # of its address (range=1y&measure=moving_s&open=days), so that it can be kept and sent;
// what the squad page was filtered by stands beside it and is handed on.
"use strict";

window.tendonwatchAddress = (() => {
  const WRITE_AFTER_MS = 300; // browsers allow few changes of the address a second
  const OWN = ["range", "from", "to", "measure", "open"];
  const read = () => new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  const written = (said) => said.toString().replaceAll("%2C", ",");
  let said = read();
  let waiting = 0;

  function write() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const now = written(said);
      if (now !== written(read())) history.replaceState(null, "", location.href.split("#")[0] + (now && `#${now}`));
    }, WRITE_AFTER_MS);
  }

  return {
    get: (name) => said.get(name),
    set(values) {
      for (const [name, value] of Object.entries(values)) {
        if (value) said.set(name, value);
        else said.delete(name);
      }
      write();
      document.dispatchEvent(new Event("addresschange"));
    },
    // All of it, for the page of another runner.
    all: () => written(said),
    // What the squad page was filtered by.
    filter() {
      const left = new URLSearchParams(said);
      for (const name of OWN) left.delete(name);
      return left;
    },
    filterText() { return written(this.filter()); },
    reread() { said = read(); },
  };
})();
