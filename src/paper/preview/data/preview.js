// Draws formulas, those in view first and the rest in idle moments, and hides the source column on request. The page is
// readable without it.
"use strict";
const draw = (element) => {
  if (typeof katex === "undefined" || element.dataset.drawn) return;
  const tex = element.textContent;
  element.dataset.drawn = "yes";
  try {
    katex.render(tex, element, {
      displayMode: element.classList.contains("display"), throwOnError: true, trust: false, strict: "ignore", maxSize: 20, maxExpand: 1000,
      macros: { "\\bm": "\\boldsymbol{#1}", "\\mathds": "\\mathbb{#1}", "\\mbox": "\\text{#1}", "\\ensuremath": "#1", "\\xspace": "", "\\nicefrac": "{#1}/{#2}" },
    });
  } catch (error) {
    element.textContent = tex;
    element.classList.add("undrawn");
    element.title = String(error.message);
  }
};
const formulas = [...document.querySelectorAll(".tex")];
const waiting = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    waiting.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "800px" });
for (const formula of formulas) waiting.observe(formula);
const rest = [...formulas];
const draw_rest = (deadline) => {
  while (rest.length > 0 && deadline.timeRemaining() > 2) draw(rest.shift());
  if (rest.length > 0) requestIdleCallback(draw_rest);
};
requestIdleCallback(draw_rest);
addEventListener("beforeprint", () => formulas.forEach(draw));
const toggle = document.getElementById("with-source");
toggle.addEventListener("change", () => document.body.classList.toggle("alone", !toggle.checked));
