/** Narrows the programs while a name is typed; without this script the form finds them. */
const field = document.querySelector(".program-search input[type=search]");
const status = document.getElementById("narrowed");
const cards = [...document.querySelectorAll(".program-card")];
const parts = [...document.querySelectorAll(".program-section")];
const folded = new Set(parts.filter((part) => part.matches("details:not([open])")));

/** Show the cards with this in their name, and open what is folded while something is looked for. */
function narrow() {
  const wanted = field.value.trim().toLowerCase();
  for (const card of cards) card.hidden = !card.dataset.name.includes(wanted);
  for (const part of parts) {
    part.hidden = !part.querySelector(".program-card:not([hidden])");
    if (folded.has(part)) part.open = wanted !== "";
  }
  const shown = cards.filter((card) => !card.hidden).length;
  status.textContent = wanted === "" ? "" : status.dataset.words.replace("%", String(shown));
}

field?.addEventListener("input", narrow);
