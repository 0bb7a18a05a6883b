// Filters the requirement table and marks the lines a link speaks of. The page is complete without it.
"use strict";
const rows = [...document.querySelectorAll("#requirement-rows tr")];
const words = document.getElementById("filter-words");
const verdict = document.getElementById("filter-verdict");
const count = document.getElementById("filter-count");
function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    const fits = wanted.every((word) => text.includes(word)) &&
      (!verdict.value || row.dataset.verdict === verdict.value || row.dataset.status === verdict.value);
    row.hidden = !fits;
    if (fits) shown += 1;
  }
  count.textContent = shown === rows.length ? "" : `${shown} of ${rows.length}`;
}
if (words && verdict) {
  words.closest(".filter").hidden = false;
  words.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-end]");
  if (!link) return;
  for (const line of document.querySelectorAll(".l.hit")) line.classList.remove("hit");
  const [file, first] = link.getAttribute("href").slice(1).split("-L");
  for (let n = Number(first); n <= Number(link.dataset.end); n += 1) {
    document.getElementById(`${file}-L${n}`)?.classList.add("hit");
  }
  const holder = document.getElementById(file);
  if (holder) holder.open = true;
});
