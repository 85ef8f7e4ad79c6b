/** Saves a chart: its picture with title and source in it, and its table as CSV. */
import { Chart, type ChartConfiguration, type Plugin } from "chart.js";
import type { Drawing } from "./drawing";
import { readTokens } from "./tokens";
import type { Table } from "./table";

const WIDTH = 800;
const PLOT = 360;
const AROUND = 150; // title above, legend and source beneath
const MARGIN = 24;
const SHARPNESS = 2;
// What a spreadsheet takes for a formula, though a plain figure may begin with its sign.
const FORMULA = /^[=+\-@\t\r]/;
const FIGURE = /^[+-]?\d+([.,]\d+)?$/;

/** Return a file's name of the page's heading and the chart's: "circle-1-round-by-round.png". */
function fileName(figure: HTMLElement, extension: string): string {
  const place = document.querySelector("h1")?.textContent ?? "";
  const words = `${place} ${heading(figure)}`.normalize("NFKC").toLowerCase();
  const name = words.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `${name || "chart"}.${extension}`;
}

function heading(figure: HTMLElement): string {
  return (figure.closest("section")?.querySelector("h2")?.textContent ?? "").trim();
}

function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Return a value as CSV has it; what a spreadsheet would run is only read there. */
export function field(words: string): string {
  const harmless = FORMULA.test(words) && !FIGURE.test(words) ? `'${words}` : words;
  return /[",\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Return a chart's table as CSV; what is withheld says so there too. */
export function csvOf(table: Table): string {
  const lines = [table.heads, ...table.rows.map((row) => [row.name, ...row.cells.map(({ words }) => words)])];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

export function saveCsv(figure: HTMLElement, table: Table): void {
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  download(new Blob(["\ufeff", csvOf(table)], { type: "text/csv;charset=utf-8" }), fileName(figure, "csv"));
}

/** Draw the chart once more, alone and light, with all that a reader elsewhere needs to know. */
export function savePicture(figure: HTMLElement, drawing: Drawing): void {
  const tokens = readTokens(figure, "light");
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = (drawing.height ?? PLOT) + AROUND + (drawing.inLegend ?? 0);
  const ground: Plugin = {
    id: "ground",
    beforeDraw: ({ ctx, width, height }) => {
      ctx.save();
      ctx.fillStyle = tokens.card;
      ctx.fillRect(0, 0, width, height);
      ctx.restore();
    },
  };
  const { config, atEnd = 0 } = drawing;
  const source = [figure.dataset["source"], "Chorus"].filter(Boolean).join(" ");
  const align = tokens.rightToLeft ? "end" : "start";
  const font = { family: tokens.font };
  const chart = new Chart(canvas, {
    ...config,
    plugins: [...(config.plugins ?? []), ground],
    options: {
      ...config.options,
      responsive: false,
      devicePixelRatio: SHARPNESS,
      layout: { padding: { top: MARGIN, bottom: MARGIN, left: MARGIN + (tokens.rightToLeft ? atEnd : 0), right: MARGIN + (tokens.rightToLeft ? 0 : atEnd) } },
      plugins: {
        tooltip: { enabled: false },
        title: { display: true, text: heading(figure), align, color: tokens.ink, font: { ...font, size: 20, weight: 650 }, padding: { bottom: 16 } },
        subtitle: { display: true, text: source, align, position: "bottom", color: tokens.quiet, font: { ...font, size: 12 }, padding: { top: 12 } },
        legend: {
          display: true,
          position: "bottom",
          align,
          rtl: tokens.rightToLeft,
          labels: { color: tokens.ink, font: { ...font, size: 13 }, usePointStyle: true, boxHeight: 7, filter: ({ text }: { text: string }) => text !== "" },
        },
      },
    },
  } as ChartConfiguration);
  canvas.toBlob((picture) => {
    if (picture !== null) download(picture, fileName(figure, "png"));
    chart.destroy();
  });
}
