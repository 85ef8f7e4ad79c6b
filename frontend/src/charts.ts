/**
 * Draws the charts of those who sign in, and saves them as pictures and tables.
 *
 * The server has drawn each chart already and written its table. On screen a canvas takes the
 * drawing's place, so that points can be pointed at and walked through by keyboard; in print, with
 * forced colours and without this script the server's drawing stands. Decision 094.
 */
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PointElement, SubTitle, Title, Tooltip } from "chart.js";
import { barsOf } from "./charts/bars";
import { saveCsv, savePicture } from "./charts/saving";
import { prioritiesOf } from "./charts/priorities";
import { profileOf } from "./charts/profile";
import { readTable } from "./charts/table";
import { darkScheme, readTokens } from "./charts/tokens";
import { trendOf } from "./charts/trend";
import { walkable } from "./charts/walking";
import type { Drawing, DrawingOf } from "./charts/drawing";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PointElement, SubTitle, Title, Tooltip);

/** What is drawn on screen; bars of questions stand in their table and are drawn to be saved. */
const ON_SCREEN: Record<string, DrawingOf> = { trend: trendOf, profile: profileOf, priorities: prioritiesOf };
const TO_SAVE: Record<string, DrawingOf> = { ...ON_SCREEN, bars: barsOf };

/** Put a canvas in the place of the server's drawing, again whenever the colours change. */
function draw(figure: HTMLElement, drawingOf: DrawingOf): void {
  const place = figure.querySelector<HTMLElement>(".drawing");
  const table = readTable(figure);
  if (place === null || table === null) return;
  const box = document.createElement("div");
  box.className = "canvas-box";
  const canvas = document.createElement("canvas");
  box.append(canvas);
  place.append(box);
  let chart: Chart | null = null;
  const again = (): void => {
    chart?.destroy();
    const drawing: Drawing = drawingOf(figure, table, readTokens(figure));
    if (drawing.height !== undefined) box.style.blockSize = `${drawing.height}px`;
    chart = new Chart(canvas, drawing.config);
    walkable(chart, canvas, drawing, figure);
  };
  again();
  place.classList.add("is-drawn");
  darkScheme().addEventListener("change", again);
}

function offerSaving(figure: HTMLElement, drawingOf: DrawingOf): void {
  const tools = figure.querySelector<HTMLElement>(".chart-tools");
  if (tools === null) return;
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const table = readTable(figure);
    if (table === null) return;
    const wish = (event.target as HTMLElement).closest("button")?.dataset["save"];
    if (wish === "csv") saveCsv(figure, table);
    if (wish === "png") savePicture(figure, drawingOf(figure, table, readTokens(figure, "light")));
  });
}

const colours = !matchMedia("(forced-colors: active)").matches;
for (const figure of document.querySelectorAll<HTMLElement>("figure[data-chart]")) {
  const kind = figure.dataset["chart"] ?? "";
  const onScreen = ON_SCREEN[kind];
  const toSave = TO_SAVE[kind];
  if (colours && onScreen !== undefined) draw(figure, onScreen);
  if (toSave !== undefined) offerSaving(figure, toSave);
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
