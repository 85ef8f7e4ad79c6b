// Asks before the editor is left with words that are not saved. All else works without it.
const form = document.querySelector("form[data-unsaved]");
let unsaved = form.dataset.unsaved === "1";

form.addEventListener("input", () => {
  unsaved = true;
});
form.addEventListener("submit", () => {
  unsaved = false;
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
