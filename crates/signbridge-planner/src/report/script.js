"use strict";
// Pressing a number says what it rests on; pressing anywhere else, or Escape, ends it.
const says = document.getElementById("says");
document.addEventListener("click", (event) => {
  const number = event.target.closest("[data-source], [data-input]");
  const text = number && (number.title || sources(number));
  says.textContent = text || "";
  says.hidden = !text;
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") says.hidden = true; });
function sources(element) {
  const ids = (element.dataset.source || "").split(" ").filter(Boolean);
  const named = ids.map((id) => (document.getElementById("source-" + id) || {}).textContent).filter(Boolean);
  return element.dataset.input ? named.concat("your scenario: " + element.dataset.input).join("\n") : named.join("\n");
}
