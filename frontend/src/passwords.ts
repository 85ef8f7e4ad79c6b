/** Shows what was typed into a form's passwords, and hides it again; without a script the button stays hidden. */

/** Let the button show and hide the passwords of its form. */
function serve(button: HTMLButtonElement): void {
  const fields = button.form?.querySelectorAll<HTMLInputElement>("input[type=password]") ?? [];
  const show = (shown: boolean): void => {
    for (const field of fields) field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
  // A browser that sends off a text keeps it among its suggestions.
  button.form?.addEventListener("submit", () => show(false));
}

document.querySelectorAll<HTMLButtonElement>("button[data-show-typed]").forEach(serve);
