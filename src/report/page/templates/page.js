"use strict";
// The page is whole without this script: it adds words at the pointer, a filter of jobs, and zoom.
(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)];

  // Words at the pointer, and at shapes reached by the keyboard. Native titles would show twice.
  const tip = document.getElementById("tip");
  const words = new Map(all("#rules tbody tr").map((row) => [row.cells[0].textContent.trim().split(" ")[0], row.cells[1].textContent]));
  for (const title of all("svg title")) {
    const rule = title.textContent.match(/, by ([A-Z]\d+)$/);
    title.parentNode.dataset.tip = title.textContent + (rule && words.has(rule[1]) ? ": " + words.get(rule[1]) : "");
    title.remove();
  }
  const show = (text, x, y) => {
    if (tip.textContent !== text) tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 4));
    const top = y + 18 + box.height > innerHeight ? y - box.height - 10 : y + 18;
    tip.style.left = left + "px";
    tip.style.top = Math.max(4, top) + "px";
  };
  document.addEventListener("pointermove", (event) => {
    const shape = event.target.closest("[data-tip]");
    if (shape) show(shape.dataset.tip, event.clientX, event.clientY);
    else tip.hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tip.hidden = true;
    const chart = event.target.closest(".scroll");
    if (!chart || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    // Arrows walk along the shapes of a chart that has the focus.
    const shapes = all("[data-tip]", chart);
    if (!shapes.length) return;
    event.preventDefault();
    const step = event.key === "ArrowRight" ? 1 : -1;
    const next = (Number(chart.dataset.at ?? (step > 0 ? -1 : 0)) + step + shapes.length) % shapes.length;
    chart.dataset.at = next;
    shapes[next].scrollIntoView({ block: "nearest", inline: "nearest" });
    const box = shapes[next].getBoundingClientRect();
    show(shapes[next].dataset.tip, box.left + Math.min(box.width / 2, 60), box.top + box.height / 2);
  });
  document.addEventListener("focusout", () => { tip.hidden = true; });

  // The filter of jobs.
  const filter = document.getElementById("filter");
  if (filter) {
    const lives = document.getElementById("lives");
    const jobs = all(".job", lives);
    const names = ["outcome", "rule", "missed"];
    for (const name of names) {
      const values = [...new Set(jobs.map((job) => job.dataset[name]))];
      values.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
      for (const value of values) {
        const says = name === "rule" ? value + " " + (words.get(value) ?? "") : value;
        filter.elements[name].add(new Option(value === "" ? "none" : says.trim().slice(0, 60), value || "-"));
      }
    }
    const apply = () => {
      let shown = 0;
      for (const job of jobs) {
        const fits = names.every((name) => {
          const wanted = filter.elements[name].value;
          return wanted === "" || job.dataset[name] === (wanted === "-" ? "" : wanted);
        });
        job.hidden = !fits;
        shown += fits;
      }
      const order = filter.elements.order.value;
      const sorted = [...jobs].sort((a, b) => b.dataset[order] - a.dataset[order]);
      lives.append(...sorted);
      document.getElementById("count").textContent = shown + " of " + jobs.length + " jobs shown";
    };
    filter.addEventListener("change", apply);
    filter.addEventListener("reset", () => setTimeout(apply));
    filter.addEventListener("submit", (event) => event.preventDefault());
    filter.hidden = false;
    apply();
  }

  // Zoom: a chart becomes wider within its frame, which scrolls.
  for (const figure of all(".zoom")) {
    const svg = figure.querySelector("svg");
    if (!svg) continue;
    const tools = document.createElement("div");
    tools.className = "tools";
    let scale = 1;
    const button = (name, to) => {
      const one = document.createElement("button");
      one.type = "button";
      one.textContent = name;
      one.setAttribute("aria-label", name + ": " + svg.getAttribute("aria-label"));
      one.addEventListener("click", () => {
        scale = Math.min(6, Math.max(1, to(scale)));
        svg.style.width = scale * 100 + "%";
      });
      tools.append(one);
    };
    button("Larger", (now) => now * 1.5);
    button("Smaller", (now) => now / 1.5);
    button("Reset", () => 1);
    figure.prepend(tools);
  }

  // On paper the resolved scenario is shown too.
  addEventListener("beforeprint", () => all("#again details, #flow details").forEach((one) => { one.open = true; }));
})();
